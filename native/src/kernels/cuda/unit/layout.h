// How a unit, half an image, lies in shared memory: planes of floats, one a channel, of the maps of a network of
// 32 x 32 images with 20 channels. No device code: tests fill tiles with it, too.
//
//   Z   a source with its surroundings: rows -2 to rows + 1, and in each columns -2 to columns + 1; what is outside of
//       the image is 0. Four floats of a row from column x - 2 on, x a multiple of 4, lie on 16 bytes.
//   D   rows and columns of the unit alone, whatever is computed of them
#pragma once

namespace nao::kernels::cuda::unit {

constexpr int kThreads = 512, kLanesOfWarp = 32, kWarps = kThreads / kLanesOfWarp;
/// Rows and columns around a unit: of a kernel of 5.
constexpr int kHalo = 2;

/// The maps of a stage, of one unit. Planes of Z are so far apart that eight lanes that read 16 bytes each, as the
/// depthwise core has them, read from all 32 banks.
struct Stage {
  int channels, rows, columns, zPlane;

  constexpr int pixels() const { return rows * columns; }
  constexpr int zPitch() const { return columns + 2 * kHalo; }
  constexpr int zFloats() const { return channels * zPlane; }
  /// Four planes of eight pixels lie in 32 banks: an operand of a tensor core product.
  constexpr int dPlane() const { return pixels() + 8; }
  constexpr int dFloats() const { return channels * dPlane(); }

  constexpr int z(int channel, int y, int x) const { return channel * zPlane + (y + kHalo) * zPitch() + x + kHalo; }
  constexpr int d(int channel, int y, int x) const { return channel * dPlane() + y * columns + x; }
};
constexpr Stage kStages[] = {{20, 16, 32, 724}, {40, 8, 16, 240}, {80, 4, 8, 112}};

/// Floats from the taps of one channel to those of the next: a multiple of 16 bytes.
constexpr int tapPitch(int kernel) { return (kernel * kernel + 3) / 4 * 4; }

/// The bits of a float that a product in tf32 looks at: it takes no notice of the low 13.
constexpr unsigned kTf32Bits = 0xffffe000u;
/// Added to a float's bits it rounds what tf32 looks at to the nearest, ties away from 0.
constexpr unsigned kTf32Half = 0x1000u;

/// Weights as the B operands of tensor core products: [input / 8][output / 8][lane of the warp][2], or, where numbers
/// are split, [4], both large parts and then both small ones. Column n of an operand stands for output n / 2 + n % 2 *
/// 4, so that a warp's stores lie in 32 banks. Where there is no weight, it is 0.
constexpr int fragmentFloats(int inputs, int outputs, bool split) {
  return (inputs + 7) / 8 * ((outputs + 7) / 8) * kLanesOfWarp * (split ? 4 : 2);
}
constexpr int fragment(int input, int output, int outputs, bool split) {
  const int column = output % 4 * 2 + output % 8 / 4, lane = column * 4 + input % 4;
  return ((input / 8 * ((outputs + 7) / 8) + output / 8) * kLanesOfWarp + lane) * (split ? 4 : 2) + input % 8 / 4;
}

}  // namespace nao::kernels::cuda::unit
