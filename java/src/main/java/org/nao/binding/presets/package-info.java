/**
 * The native binding. Only {@link org.nao.binding.presets.NaoPreset} is written by hand; {@code
 * org.nao.binding} and {@code org.nao.binding.global} are generated from {@code
 * native/include/nao/nao.h} by the build.
 */
package org.nao.binding.presets;
