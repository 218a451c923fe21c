/**
 * What every algorithm of a search works on: the run folder with its checkpoints and events, the
 * data on the device, the state that is resumed, the pool of architectures and the limits that
 * these have to meet.
 */
package org.nao.search.session;
