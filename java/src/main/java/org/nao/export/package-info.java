/** Networks as files for other tools and for people: ONNX, PyTorch, plain safetensors, SVG. */
package org.nao.export;
