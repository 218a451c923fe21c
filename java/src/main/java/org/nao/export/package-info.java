/** Trained networks as files of other tools: ONNX, PyTorch, plain safetensors. */
package org.nao.export;
