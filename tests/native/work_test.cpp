// The least bytes and operations of calls, counted by hand.
#include "model/work.h"

#include "check.h"

namespace {

using namespace nao::kernels;
using nao::model::Work;
using nao::model::workOf;

constexpr int kImages = 10;  // less than a block: the lanes beyond do not count
float memory[1];

Tensor map(int channels, int side) {
  Tensor t;
  t.data = memory;
  t.channels = channels;
  t.height = t.width = side;
  return t;
}
/// Bytes of such a map.
double bytes(int channels, int side) { return 4.0 * kImages * channels * side * side; }

void checkWork(const Work& work, const char* shape, double expectedBytes, double operations) {
  CHECK(work.shape == shape, "'%s', expected '%s'", work.shape.c_str(), shape);
  CHECK(check::near(work.bytes, expectedBytes, 1e-6), "%s: %g bytes, expected %g", shape, work.bytes, expectedBytes);
  CHECK(check::near(work.operations, operations, 1e-6), "%s: %g operations, expected %g", shape, work.operations,
        operations);
}

SepConv sepConv() {
  SepConv p;
  p.images = kImages;
  p.src.x = map(20, 32);
  p.kernel = 5;
  p.stride = 2;
  p.dst = map(40, 16);
  return p;
}

}  // namespace

TEST(sep_conv_reads_its_source_and_writes_its_output) {
  const double multiplyAdds = kImages * 16.0 * 16 * (20 * 25 + 20 * 40);
  checkWork(workOf(sepConv()), "20>40 16x16 k5 s2", bytes(20, 32) + bytes(40, 16), 2 * multiplyAdds);

  SepConvBackward b;
  b.forward = sepConv();
  b.upstream.g = map(40, 16);
  b.upstream.y = map(40, 16);
  b.dsrc.g = map(20, 32);
  // Without coefficients y is not read.
  checkWork(workOf(b), "20>40 16x16 k5 s2", bytes(20, 32) + bytes(40, 16) + bytes(20, 32), 4 * multiplyAdds);
  b.upstream.coefficients = memory;
  b.dsrc.accumulate = true;
  checkWork(workOf(b), "20>40 16x16 k5 s2", bytes(20, 32) + 2 * bytes(40, 16) + 2 * bytes(20, 32), 4 * multiplyAdds);
}

TEST(a_depthwise_convolution_multiplies_each_channel_for_itself) {
  DepthwiseBackward b;
  b.forward.images = kImages;
  b.forward.src.x = map(20, 32);
  b.forward.kernel = 5;
  b.forward.stride = 2;
  b.forward.dst = map(20, 16);
  const double multiplyAdds = kImages * 16.0 * 16 * 20 * 25;
  checkWork(workOf(b.forward), "20 16x16 k5 s2", bytes(20, 32) + bytes(20, 16), 2 * multiplyAdds);
  b.upstream.g = map(20, 16);
  b.upstream.y = map(20, 16);
  checkWork(workOf(b), "20 16x16 k5 s2", bytes(20, 32) + bytes(20, 16), 2 * multiplyAdds);
  b.upstream.coefficients = memory;
  b.dsrc.g = map(20, 32);
  checkWork(workOf(b), "20 16x16 k5 s2", 2 * bytes(20, 32) + 2 * bytes(20, 16), 4 * multiplyAdds);
}

TEST(a_convolution_of_the_image_has_no_gradient_of_its_source) {
  ConvBackward b;
  b.forward.images = kImages;
  b.forward.window.kernel = {3, 3};
  b.forward.src.x = map(3, 16);
  b.forward.dst = map(60, 16);
  b.upstream.g = map(60, 16);
  const double multiplyAdds = kImages * 16.0 * 16 * 27 * 60;
  checkWork(workOf(b), "3>60 16x16 k3 s1", bytes(3, 16) + bytes(60, 16), 2 * multiplyAdds);
  b.dsrc.g = map(3, 16);
  checkWork(workOf(b), "3>60 16x16 k3 s1", 2 * bytes(3, 16) + bytes(60, 16), 4 * multiplyAdds);
}

TEST(a_convolution_whose_window_is_no_square_says_both_sides) {
  Conv p;
  p.images = kImages;
  p.window = {{1, 7}, {1, 2}, {0, 3}};
  p.src.x = map(20, 16);
  p.dst = map(20, 8);
  p.dst.height = 16;
  const double multiplyAdds = kImages * 16.0 * 8 * 7 * 20 * 20;
  checkWork(workOf(p), "20>20 16x8 k1x7 s1x2", bytes(20, 16) + bytes(20, 16) / 2, 2 * multiplyAdds);
}

TEST(pointwise_adds_up_its_terms) {
  PointwiseTerm terms[2];
  terms[0].src.x = map(20, 8);
  terms[1].src.x = map(60, 8);
  Pointwise p;
  p.images = kImages;
  p.terms = terms;
  p.termCount = 2;
  p.dst = map(20, 8);
  checkWork(workOf(p), "80>20 8x8 k1 s1", bytes(80, 8) + bytes(20, 8), 2.0 * kImages * 8 * 8 * 80 * 20);
  // Every second pixel of every second row is read.
  p.stride = 2;
  p.dst = map(10, 4);
  checkWork(workOf(p), "80>10 4x4 k1 s2", bytes(80, 4) + bytes(10, 4), 2.0 * kImages * 4 * 4 * 80 * 10);
}

TEST(pools_and_sums_move_memory_only) {
  Pool p;
  p.images = kImages;
  p.src.x = map(20, 16);
  p.dst = map(20, 16);
  checkWork(workOf(p), "avg 20 16x16 k3 s1", 2 * bytes(20, 16), 0);

  AddOperand operands[2];
  operands[0].src.x = map(20, 16);
  operands[1].src.x = map(20, 16);
  Add a;
  a.images = kImages;
  a.operands = operands;
  a.operandCount = 2;
  a.dst = map(20, 16);
  checkWork(workOf(a), "20 16x16 x2", 3 * bytes(20, 16), 0);
}

TEST(an_update_reads_and_writes_values_and_momentum) {
  const Range ranges[] = {{5, 60}, {90, 40}};
  Sgd p;
  p.ranges = ranges;
  p.rangeCount = 2;
  p.gradient = memory;
  checkWork(workOf(p), "", 100 * 4 * 5.0, 0);
  p.gradient = nullptr;
  checkWork(workOf(p), "", 100 * 4 * 4.0, 0);
}

TEST(adam_reads_and_writes_values_and_both_moments) {
  const Range range = {0, 100};
  Adam p;
  p.ranges = &range;
  p.rangeCount = 1;
  checkWork(workOf(p), "", 100 * 4 * 7.0, 0);
}

TEST(the_controller_reads_its_weights_and_multiplies_in_every_step) {
  ControllerInput in;
  in.shape = {5, 6, 2, 3, 4};  // 3 steps of the encoder
  in.sequences = 10;
  const double weights = 5 * 3 + (16 * 6 + 16 * 4 + 16 + 16) + (4 + 1)                       // encoder and predictor
                         + 5 * 4 + (16 * 4 + 16 * 4 + 16 + 16) + 4 * 4 + 4 * 8 + 5 * 4 + 5;  // decoder
  const double encoder = 3 * 16 * (6 + 4);
  // Of a token the gates, query and combination, weights and context over 3 steps, logits.
  const double decoder = 6 * (16 * (4 + 4) + (4 * 4 + 4 * 8) + 2 * 3 * 4 + 5 * 4);

  ControllerEncode e;
  e.input = in;
  checkWork(workOf(e), "10 x 6 H4", 4 * weights, 2 * 10 * encoder);
  ControllerTrain t;
  t.input = in;
  checkWork(workOf(t), "10 x 6 H4", 4 * weights, 2 * 10 * (encoder + decoder));
  t.gradients = memory;
  checkWork(workOf(t), "10 x 6 H4", 2 * 4 * weights, 3 * 2 * 10 * (encoder + decoder));
  t.input.groups = 5;  // each writes a gradient of its own
  checkWork(workOf(t), "10 x 6 H4", 6 * 4 * weights, 3 * 2 * 10 * (encoder + decoder));
  ControllerGenerate g;
  g.input = in;
  g.stepSizes = 7;
  checkWork(workOf(g), "10 x 6 H4", 4 * weights, 2 * 10 * (encoder + 7 * decoder));
}

TEST(an_average_reads_two_and_writes_one) {
  const Range range = {0, 100};
  Average p;
  p.ranges = &range;
  p.rangeCount = 1;
  checkWork(workOf(p), "", 100 * 4 * 3.0, 0);
}

NAO_TEST_MAIN
