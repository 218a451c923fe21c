/**
 * What surrounds a long run and knows nothing of its subject: the run folder with its lock, event
 * log, pools and checkpoint ({@link org.nao.run.RunFolder}), files replaced as a whole ({@link
 * org.nao.run.AtomicFiles}), tensors on disk ({@link org.nao.run.Safetensors}), configuration in
 * layers ({@link org.nao.run.ConfigFiles}), stopping on request ({@link org.nao.run.Signals},
 * {@link org.nao.run.StopRequest}), progress ({@link org.nao.run.Progress}) and what the machine
 * offers ({@link org.nao.run.Machine}).
 *
 * <p>What goes wrong for a reason outside nao becomes one {@link org.nao.run.RunException}, a
 * sentence naming the file.
 */
package org.nao.run;
