// Operations on images: those of AutoAugment (Cubuk et al. 2019, table 6), which colour jitter uses, too.
#pragma once

#include "images/image.h"

namespace nao::images {

// Geometry. A pixel takes the value of the nearest one at its place in the image as it was; 0 outside.

/// Row y moves by rate * (y + 1/2) pixels to the left, column x by rate * (x + 1/2) upwards.
void shearX(Image& image, double rate);
void shearY(Image& image, double rate);
/// To the right, downwards.
void translateX(Image& image, int pixels);
void translateY(Image& image, int pixels);
/// Around the centre, counterclockwise.
void rotate(Image& image, double degrees);

// Bytes by themselves.

/// 255 - x.
void invert(Image& image);
/// 255 - x where x is at least `threshold`.
void solarize(Image& image, int threshold);
/// Keeps the `bits` highest bits of a byte, 1 to 8.
void posterize(Image& image, int bits);

// By the bytes that each channel has.

/// Maps the darkest byte of a channel to 0 and the lightest to 255, linearly.
void autoContrast(Image& image);
/// Makes the bytes of each channel about equally frequent: byte i becomes (step / 2 + number of smaller bytes) / step,
/// where step is the number of bytes that are not the largest, divided by 255; unchanged where that is 0.
void equalize(Image& image);

// Enhancement: degenerate + factor * (image - degenerate). Factor 1 leaves the image, 0 the degenerate one.

/// The degenerate image is black.
void brightness(Image& image, float factor);
/// It is grey: the mean of the image's luminances, 0.299 red + 0.587 green + 0.114 blue.
void contrast(Image& image, float factor);
/// Each pixel is as grey as its luminance.
void color(Image& image, float factor);
/// It is smoothed: the mean of a pixel and its eight neighbours, the pixel itself counted five times; pixels at the
/// border stay.
void sharpness(Image& image, float factor);

/// Turns the hue, as HSV has it, by a fraction of the circle, -1/2 to 1/2; grey images stay.
void hue(Image& image, float turn);

}  // namespace nao::images
