// nao's native engine: the only public header.
//
// Every function that can fail returns a nao_status; the sentence that says what was wrong, where, and what to do is
// nao_last_error() of the calling thread. Nothing throws. Every argument is checked: NAO_INVALID for null where nothing
// else is said, for numbers out of range and for unknown enumerators; a function without a status then returns 0 or "".
// Numbers of steps are 0 to 2^53. Objects are opaque and freed by their destroy function; what an object was made from
// (device, network) must outlive it. A network is used by one thread at a time; meanwhile other threads may make
// programs of it, and destroy those that do not run.
//
// Legend: N images of a batch, C channels, H, W height and width. Images are uint8 or float N,C,H,W; weights have
// PyTorch's order [out][in/groups][k][k].
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NAO_API __attribute__((visibility("default")))

typedef struct nao_device nao_device;      // where work runs: the threads of a CPU, or an NVIDIA GPU
typedef struct nao_dataset nao_dataset;    // images and labels, resident in a device's memory or in a file
typedef struct nao_network nao_network;    // parameters, gradients, momentum, buffers, working memory
typedef struct nao_program nao_program;    // one architecture's operations over a network's parameters, ready to run
typedef struct nao_exchange nao_exchange;  // what a GPU exchanges with those of other processes through

typedef struct nao_controller nao_controller;  // the networks of Neural Architecture Optimization over token sequences
typedef struct nao_policy nao_policy;          // the policy of ENAS over cells

typedef enum nao_status {
  NAO_OK = 0,
  NAO_INVALID = 1,     // an argument or a program is wrong
  NAO_NO_DEVICE = 2,   // the device asked for is not there
  NAO_NO_MEMORY = 3,   // out of memory; the message says how much was wanted
  NAO_NOT_FINITE = 4,  // the loss became NaN or infinite; weights are those before the step
  NAO_INTERNAL = 5,    // a defect of the engine
  NAO_FILE = 6,        // a file cannot be read, or is damaged
  NAO_EXCHANGE = 7     // processes cannot exchange with each other, or can no longer
} nao_status;

/// Which array of a parameter nao_network_read and nao_network_write, or those of a controller or policy, mean.
typedef enum nao_array {
  NAO_VALUE = 0,
  NAO_GRADIENT = 1,
  NAO_MOMENTUM = 2,      // of a controller or policy: Adam's first moment
  NAO_SECOND_MOMENT = 3  // Adam's; a network has none
} nao_array;

/// Which statistics batch normalisation uses in an evaluation.
typedef enum nao_statistics {
  NAO_BATCH_STATISTICS = 0,    // the batch's own everywhere; running statistics untouched
  NAO_RUNNING_STATISTICS = 1,  // the running ones everywhere
  NAO_AUTHORS_STATISTICS =
      2  // running where a batch_norm is flagged so, elsewhere the batch's, updating the running ones
} nao_statistics;

/// What a GPU computes in. Parameters, statistics, logits and losses are fp32 or more in each, and the same numbers are
/// drawn.
typedef enum nao_precision {
  NAO_FP32 = 0,
  NAO_TF32 = 1,  // products of more than 80 outputs on tensor cores, operands rounded to 11 significant bits
  NAO_BF16 = 2   // the same, and feature maps and their gradients are kept in bfloat16
} nao_precision;
/// What a device can do at most.
typedef enum nao_ceiling {
  NAO_CEILING_COPY = 0,          // bytes, read plus written, of a copy in its memory
  NAO_CEILING_MULTIPLY_ADD = 1,  // fp32 operations of independent multiply-adds
  NAO_CEILING_TF32 = 2,          // operations of tf32 tensor core products
  NAO_CEILING_BF16 = 3           // operations of bf16 tensor core products
} nao_ceiling;

/// Operations of a program, see native/src/program/README.md for the encoding.
typedef enum nao_op {
  NAO_CONV2D = 1,
  NAO_DEPTHWISE = 2,
  NAO_POINTWISE = 3,
  NAO_BATCH_NORM = 4,
  NAO_RELU = 5,
  NAO_AVG_POOL = 6,
  NAO_MAX_POOL = 7,
  NAO_ADD = 8,
  NAO_CONCAT = 9,
  NAO_SHIFT_SUBSAMPLE = 10,
  NAO_DROP_PATH = 11,
  NAO_DROPOUT = 12,
  NAO_GLOBAL_AVG_POOL = 13,
  NAO_LINEAR = 14,
  NAO_SOFTMAX_CROSS_ENTROPY = 15,
  NAO_WEIGHTED_SUM = 16,
  NAO_ZERO = 17,
  NAO_RELU6 = 18
} nao_op;

/// How a step trains.
typedef struct nao_training {
  float momentum;
  float weight_decay;
  float clip_norm;        // gradients are scaled down to this global L2 norm; 0: never
  int32_t nesterov;       // 0, 1
  float label_smoothing;  // 0..1
  float drop_path_keep;   // 1: off
  float dropout_keep;     // 1: off
  int64_t total_steps;    // drop-path reaches drop_path_keep at this many steps
  int32_t idle_update;    // 1: weight decay and momentum also go on for parameters the step does not use, if a step
                          // has used them before (their momentum is not 0) or operations without effect name them
  int32_t crop_padding;   // random crop after zero padding by so many pixels; 0: none
  int32_t flip;           // 1: horizontal flip of every second image, at random
  int32_t cutout;         // side of the square erased from each image; 0: none
  float mixup_alpha;  // 0: none; else image n of N becomes s * it + (1 - s) * image N - 1 - n, and its loss s * that of
                      // its label + (1 - s) * that of the other's, with s or 1 - s ~ Beta(mixup_alpha, mixup_alpha)
                      // drawn for each step, s at least 1/2; only of images of a data set
  uint64_t seed;      // of augmentation, drop-path and dropout
  float average_decay;  // 0: none; else after an update average = d * average + (1 - d) * value of every parameter and
                        // buffer, with d = min(average_decay, (1 + s) / (10 + s)) in step s
  int32_t micro_batch;  // of nao_train: images that go through the network at a time; the gradients of a step are
                        // the sum over its batches, whose images and drawn numbers are those of the whole step, while
                        // batch normalisations see one batch, and running statistics move with each; 0: all at once
  int32_t step_programs;  // of nao_train: programs a step has, 1 and 0 mean one; of more, each has a micro_batch of the
                          // step's images, one after the other, and a tensor is updated if any of them uses it
  int32_t auto_augment;   // 1: AutoAugment's policy for CIFAR-10, before crops and flips
  int32_t resized_crop;   // 1: a random part of each image, resized to the program's, which is square
  float jitter_brightness, jitter_contrast, jitter_saturation;  // factors up to 1 - this to 1 + this; 0: none
  float jitter_hue;        // turns up to this part of the circle, to both sides, at most 1/2; 0: none
  int32_t gradients_only;  // 1: leaves gradients; weights, momentum and running statistics stay as they are
} nao_training;

/// Sizes of a controller (Luo et al. 2018), see native/src/kernels/families/controller.h for its formulas. Its weights
/// are one array, in this order (matrices [outputs][inputs]): encoder.embedding.weight [V][E]; encoder.rnn.weight_ih_l0
/// [4H][P E], weight_hh_l0 [4H][H], bias_ih_l0, bias_hh_l0 [4H]; encoder.regressor.weight [1][H], bias [1];
/// decoder.embedding.weight [V][H]; decoder.rnn.weight_ih_l0, weight_hh_l0 [4H][H], bias_ih_l0, bias_hh_l0 [4H];
/// decoder.attention.input_proj.weight [H][H], output_proj.weight [H][2H]; decoder.out.weight [V][H], bias [V].
typedef struct nao_controller_shape {
  int32_t vocabulary;       // V, 1..4096; token 0 starts a decoded sequence
  int32_t tokens;           // T of a sequence, 1..4096
  int32_t tokens_per_step;  // P of an encoder step, 1..16, divides T
  int32_t embedding;        // E of the encoder's tokens, 1..4096
  int32_t hidden;           // H, 1..4096
} nao_controller_shape;

/// How a controller or a policy trains: Adam (Kingma and Ba 2015), its gradient scaled down to a global norm.
typedef struct nao_adam {
  float learning_rate;
  float beta1;  // 0 up to below 1, as beta2
  float beta2;
  float epsilon;
  float weight_decay;  // L2 penalty
  float clip_norm;     // 0: never
  int64_t first_step;  // updates done before
} nao_adam;

/// Sizes of a policy over cells (ENAS, Pham et al. 2018, section 2.4): an LSTM without biases that makes one choice a
/// step. With its output h, the key k_s of each state s of a cell, and favour_o 0 but in the first cell,
///
///     i, f, g, o = W_ih x + W_hh h                    (in this order, H each)
///     c' = sigma(f) c + sigma(i) tanh(g)              h' = sigma(o) tanh(c')
///     logit_s = state_constant tanh(v . tanh(k_s + W_query h'))                which state a node reads
///     logit_o = operation_constant tanh(w_o . h' + b_o) + favour_o             which operation it applies
///
/// A cell begins with two steps whose inputs x are the start embedding and whose outputs make the keys k = W_anchor h
/// of states 0 and 1; the anchors of these are 0. Of a node i from 0 on, two steps choose states of 0 to i + 1, two
/// choose the operations on them, and the output of a fifth is the anchor of state i + 2 and makes its key. After a
/// choice x is the chosen state's anchor or the chosen operation's embedding, otherwise the start embedding. The LSTM
/// goes on from cell to cell, at first from h = c = 0.
///
/// The weights are one array, in this order (matrices [outputs][inputs], O operations): lstm.weight_ih_l0,
/// lstm.weight_hh_l0 [4H][H]; start.weight [1][H]; embedding.weight [O][H]; operation.weight [O][H], bias [O];
/// attention.anchor.weight, attention.query.weight [H][H]; attention.score.weight [1][H].
///
/// A sequence has T = 4 cells nodes choices, numbers of states and operations: cell by cell and node by node, state
/// operation state operation.
typedef struct nao_policy_shape {
  int32_t cells;             // 1..16
  int32_t nodes;             // of a cell, 1..64
  int32_t operations;        // O, 1..4096
  int32_t hidden;            // H, 1..4096
  float state_constant;      // above 0
  float operation_constant;  // above 0
} nao_policy_shape;

/// Name and version in one line.
NAO_API const char* nao_version(void);
/// Loads the CUDA part and returns the architectures that its machine code was made for, for example
/// "80-real 90-real 100", where the last one's portable code runs on newer ones too. "" without a CUDA part; then
/// nao_last_error says why there is none. Valid until the thread's next call.
NAO_API const char* nao_cuda_architectures(void);
/// Looks for NVIDIA's libraries that are used where they are there (cuDNN, cuBLASLt): a JSON array of objects name,
/// file, version, problem, variable. file: what was loaded, "" if none; problem: why none was; variable: of the
/// environment, may name the file. Valid until the thread's next call.
NAO_API const char* nao_libraries(void);
/// What NVIDIA GPUs are doing, as their driver says: a JSON array of objects name, busId, utilisationPercent,
/// memoryUsedBytes, memoryTotalBytes, watts, smMegahertz, memoryMegahertz (0: not known). bus_id: of one GPU, "" for
/// all. "[]" without a driver. Valid until the thread's next call.
NAO_API const char* nao_gpu_states(const char* bus_id);
/// The calling thread's last error, "" if none; valid until the thread's next call.
NAO_API const char* nao_last_error(void);

/// Opens a device. name: "cpu" (the widest instruction set of this machine), "cpu:avx2", "cpu:avx512", "cpu:ref" (plain
/// code, for tests), "cuda:N" (the N-th NVIDIA GPU, from 0), "auto" (the first GPU if there is one, otherwise the
/// CPU), or "auto:N" (the GPU whose turn it is where processes 0, 1, ... share those of a machine). threads: of a CPU
/// that work, 0 for all cores that this process may use; a GPU takes no notice of it.
/// NAO_INVALID for other names, NAO_NO_DEVICE for an instruction set or a GPU that the machine does not have, and for
/// GPUs where the library was built without CUDA.
NAO_API nao_status nao_device_create(const char* name, int32_t threads, nao_device** device);
NAO_API void nao_device_destroy(nao_device* device);
/// The instruction set in use, for example "avx512", or a GPU's architecture, for example "sm_90"; valid as long as the
/// device.
NAO_API const char* nao_device_isa(const nao_device* device);
/// Threads of the CPU that work; 1 for a GPU.
NAO_API int32_t nao_device_threads(const nao_device* device);
/// PCI address of a GPU, for example "00000000:81:00.0", "" for a CPU; valid as long as the device.
NAO_API const char* nao_device_bus_id(const nao_device* device);
/// Measures a ceiling of the device, with all threads of a CPU or all multiprocessors of a GPU. *giga: in 1e9 a second,
/// 0 where the device has no such unit.
NAO_API nao_status nao_device_ceiling(nao_device* device, nao_ceiling which, double* giga);
/// Measures on GPU `gpu` (from 0) what the design of unit operations (native/src/kernels/cuda/unit) rests on, one
/// number a call: `index` counts from 0 in the order in which they decide. A JSON object with name, unit, low and high
/// (what was predicted) and measured; "" past the last, valid until the thread's next call. NAO_NO_DEVICE: there is no
/// such GPU.
NAO_API nao_status nao_gpu_experiment(int32_t gpu, int32_t index, const char** json);

/// Copies `count` images of channels x height x width bytes and their labels (0..classes-1) to the device's memory.
/// mean and deviation: per channel, of pixels scaled to 0..1. An image has at most 67,108,864 elements.
NAO_API nao_status nao_dataset_create(nao_device* device, const uint8_t* images, const int32_t* labels, int64_t count,
                                      int32_t channels, int32_t height, int32_t width, int32_t classes,
                                      const float* mean, const float* deviation, nao_dataset** dataset);
/// The same of images in a file, which must stay as it is. A GPU copies them to its memory where half of what is free
/// there is enough; else training steps and evaluations read theirs when they need them, and tell the system before
/// which ones come next. Results have the bits of those of nao_dataset_create.
/// offsets: of the first byte of each image in the file; checksums: CRC-32C of each, which is compared in every
/// reading; crop: 0, or the side of squares that are made of the images as nao_crop_images makes them, and are the data
/// set's. NAO_FILE, here or in a step: the file cannot be read, ends too early, or an image has not its checksum.
NAO_API nao_status nao_dataset_open(nao_device* device, const char* path, const int64_t* offsets,
                                    const uint32_t* checksums, const int32_t* labels, int64_t count, int32_t channels,
                                    int32_t height, int32_t width, int32_t crop, int32_t classes, const float* mean,
                                    const float* deviation, nao_dataset** dataset);
NAO_API void nao_dataset_destroy(nao_dataset* dataset);

/// Makes squares of `size` pixels of the middles of images, as evaluations take them of images that were trained on in
/// random crops: the square whose side is 7/8 of the shorter side, resized like those (resized_crop of nao_training).
/// cropped: [count][channels][size][size].
NAO_API nao_status nao_crop_images(const uint8_t* images, int64_t count, int32_t channels, int32_t height,
                                   int32_t width, int32_t size, uint8_t* cropped);

/// Makes a network of `count` tensors. sizes: elements of each; trainable: 1 for a parameter, 0 for a buffer.
/// All values start at 0.
NAO_API nao_status nao_network_create(nao_device* device, const int64_t* sizes, const uint8_t* trainable, int32_t count,
                                      nao_network** network);
NAO_API void nao_network_destroy(nao_network* network);
/// Chooses what a GPU computes in, NAO_FP32 unless this is called; before the first program. NAO_INVALID for a
/// precision that the device does not have: a CPU has NAO_FP32 alone.
NAO_API nao_status nao_network_set_precision(nao_network* network, nao_precision precision);
/// Whether a GPU's convolutions and matrix products are computed by cuDNN and cuBLASLt (nao_libraries) where these are
/// there and were measured to be faster than the engine's own kernels, with the same result every time; 0 otherwise,
/// and without effect on a CPU. What is chosen is remembered in NAO_CACHE, XDG_CACHE_HOME/nao or ~/.cache/nao. After
/// nao_network_set_precision, before the first step.
NAO_API nao_status nao_network_set_libraries(nao_network* network, int32_t on);
/// Copies tensor `index` (its own size must be `size`) out of or into the network. index -1 means all tensors one after
/// another.
NAO_API nao_status nao_network_read(const nao_network* network, nao_array array, int32_t index, float* data,
                                    int64_t size);
NAO_API nao_status nao_network_write(nao_network* network, nao_array array, int32_t index, const float* data,
                                     int64_t size);
/// Begins an average of all tensors with their values now; steps with an average_decay go on with it.
NAO_API nao_status nao_network_begin_average(nao_network* network);
/// Exchanges values and averages, without copying them: what is read, written and evaluated then is the average, until
/// the next exchange. NAO_INVALID without an average.
NAO_API nao_status nao_network_swap_average(nao_network* network);
/// Most bytes of activations, gradients and scratch the network has held at once, parameters not counted.
NAO_API int64_t nao_network_peak_bytes(const nao_network* network);
/// What the steps of a network on a GPU have asked it for since the network was made: kernel launches, and transfers
/// (copies and fills). Both 0 on a CPU.
NAO_API nao_status nao_network_device_calls(const nao_network* network, int64_t* kernels, int64_t* transfers);
/// What was measured since profiling was last switched on, unless json is null; then switches it on or off. A JSON
/// array with an object per kernel and shape: kernel, shape, calls, firstCall, seconds, bytes, operations; where a
/// library was tried also library, librarySeconds (of a call when it was tried; 0: it cannot compute it, or not the
/// same) and libraryChosen. firstCall: position among all calls. seconds: of all calls, summed over threads. bytes: the
/// fewest they can move, every input read once and every output written once. operations: two for each multiply-add of
/// a convolution or linear layer. A GPU runs each call alone and on the engine's own kernels while profiling. Valid
/// until the next call.
NAO_API nao_status nao_network_profile(nao_network* network, int32_t on, const char** json);

/// Checks, fuses, schedules and plans a program; `length` int32 words.
NAO_API nao_status nao_program_create(nao_network* network, const int32_t* code, int64_t length, nao_program** program);
NAO_API void nao_program_destroy(nao_program* program);
/// Bytes of activations, gradients and scratch a training step (training 1) or an evaluation (0) of `batch` images
/// needs.
NAO_API nao_status nao_program_bytes(const nao_program* program, int32_t batch, int32_t training, int64_t* bytes);
/// 1 in used[i] for each tensor i that the program's losses depend on; `count` is the network's tensor count.
NAO_API nao_status nao_program_used(const nao_program* program, uint8_t* used, int32_t count);

/// Trains `steps` steps. Step s runs programs[s] on images indices[s * batch ...] with learning_rates[s]; its number
/// for random draws and drop-path is first_step + s. With K step_programs it has programs[s * K ...], of which the last
/// have nothing to do where the step's images do not reach them. losses, gradient_norms (before clipping) and correct
/// have `steps` entries and may be null. On NAO_NOT_FINITE *done says how many steps were completed before the bad one.
NAO_API nao_status nao_train(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                             nao_program* const* programs, int32_t steps, int32_t batch, const int32_t* indices,
                             const float* learning_rates, int64_t first_step, float* losses, float* gradient_norms,
                             int32_t* correct, int32_t* done);

/// A step of nao_train in parts, which several processes with the same network, data set and training share out among
/// them. Each part is a program's: it leaves the program's contribution to the step, which can go to other processes.
/// With the contributions of all its programs a step is then done; it has the bits of nao_train's.
///
/// Trains program `position` of a step of step_programs programs and `batch` images, indices[0 .. batch), and writes
/// its contribution: size floats, as many as nao_contribution_size says. Weights, momentum and running statistics stay
/// as they are. loss: mean over the images of the part; NAO_INVALID for a part without images.
NAO_API nao_status nao_train_part(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                                  nao_program* program, int32_t position, int32_t batch, const int32_t* indices,
                                  int64_t step, float* contribution, int64_t size, double* loss, int32_t* correct);
NAO_API nao_status nao_contribution_size(const nao_program* program, int64_t* size);
/// Does a step from the contributions of the programs that have images in it, in order and one after another: running
/// statistics move with each, the sum of the gradients is clipped, and weights are updated. gradient_norm: before
/// clipping; optional.
NAO_API nao_status nao_train_parts(nao_network* network, const nao_training* training, nao_program* const* programs,
                                   int32_t count, const float* contributions, int64_t size, float learning_rate,
                                   int64_t step, double* gradient_norm);

/// GPUs of several processes, ranks 0 to ranks - 1, that exchange through NCCL, of which the environment's NAO_NCCL may
/// name the file. Each rank makes an exchange of its device; then all connect at the same time, with the id of one.
/// NAO_EXCHANGE where that cannot be, or is not done after so many seconds.
#define NAO_EXCHANGE_ID_BYTES 128
NAO_API nao_status nao_exchange_id(uint8_t* id, int64_t size);
NAO_API nao_status nao_exchange_create(nao_device* device, nao_exchange** exchange);
NAO_API nao_status nao_exchange_connect(nao_exchange* exchange, const uint8_t* id, int64_t size, int32_t rank,
                                        int32_t ranks, int32_t seconds);
/// Gives up what waits for other ranks, which then ends with NAO_EXCHANGE, and all that comes later. From any thread.
NAO_API void nao_exchange_abort(nao_exchange* exchange);
/// All ranks at the same time, unless it was given up.
NAO_API void nao_exchange_destroy(nao_exchange* exchange);
/// A step of nao_train by all ranks together, which call this with the same arguments, but for what is their own: rank
/// r trains the programs at positions r, r + ranks and so on, and each adds up the contributions of all. programs:
/// those that have images in the step. The bits are those of nao_train_part and nao_train_parts, in every rank.
NAO_API nao_status nao_train_shared(nao_network* network, const nao_dataset* dataset, const nao_training* training,
                                    nao_exchange* exchange, nao_program* const* programs, int32_t count, int32_t batch,
                                    const int32_t* indices, float learning_rate, int64_t step, double* loss,
                                    double* gradient_norm, int32_t* correct);

/// Evaluates `count` programs on the same images, `batch` at a time (the last batch may be smaller).
/// correct and losses (mean per image) have `count` entries; losses may be null. A GPU may have two evaluations at work
/// at a time, with the activations of the second in at most a sixteenth of its memory; results do not depend on it.
NAO_API nao_status nao_evaluate(nao_network* network, const nao_dataset* dataset, nao_statistics statistics,
                                nao_program* const* programs, int32_t count, int32_t batch, const int32_t* indices,
                                int64_t image_count, int64_t* correct, double* losses);

/// One forward (and, with training, backward and update) of explicit float images N,C,H,W. No augmentation.
/// logits: batch x classes of the main classifier; loss: total, auxiliary included; any output may be null.
/// training null: evaluation with `statistics`. With training, gradients stay readable as NAO_GRADIENT, before
/// clipping; tensors that the program does not use keep what they had.
NAO_API nao_status nao_step(nao_network* network, nao_program* program, const float* images, const int32_t* labels,
                            int32_t batch, const nao_training* training, nao_statistics statistics, float learning_rate,
                            int64_t step, float* logits, double* loss, double* gradient_norm, int32_t* correct);

/// The gradients of DARTS' architecture step of the second order (Liu, Simonyan and Yang 2019, section 2.3): of the
/// validation loss with respect to the logits a of the program's weighted sums, with its weights w one training step
/// further. With m the momentum of the weights, xi = learning_rate, momentum and weight_decay those of `training`:
///
///     w'       = w - xi * (momentum * m + dL_train(w) / dw + weight_decay * w)
///     d        = dL_val(w') / dw'
///     h        = 0.01 / |d|
///     gradient = dL_val(w') / da - xi * (dL_train(w + h * d) / da - dL_train(w - h * d) / da) / (2 * h)
///
/// They are left as NAO_GRADIENT of the logits' tensors; those of other tensors are of no use then. Weights, momentum
/// and running statistics are afterwards what they were, also after an error. The weights never leave the device, where
/// two more arrays of the parameters' size are kept from the first call on.
///
/// L_train and L_val are of training_batch and validation_batch images of the data set, training_indices and
/// validation_indices, changed at random as `training` and `validation` say; gradients_only, clip_norm and nesterov are
/// not looked at. step: its number, for random draws and drop-path. NAO_INVALID for a program without weighted sums,
/// NAO_NOT_FINITE if one of the losses is not finite: then no gradients are left.
NAO_API nao_status nao_unroll(nao_network* network, nao_program* program, const nao_dataset* dataset,
                              const nao_training* training, const int32_t* training_indices, int32_t training_batch,
                              const nao_training* validation, const int32_t* validation_indices,
                              int32_t validation_batch, float learning_rate, int64_t step);
/// The same on explicit float images N,C,H,W, of which N is training_batch and validation_batch, without augmentation.
NAO_API nao_status nao_unroll_step(nao_network* network, nao_program* program, const nao_training* training,
                                   const float* training_images, const int32_t* training_labels, int32_t training_batch,
                                   const float* validation_images, const int32_t* validation_labels,
                                   int32_t validation_batch, float learning_rate, int64_t step);

/// Makes a controller whose weights and moments are 0.
NAO_API nao_status nao_controller_create(nao_device* device, const nao_controller_shape* shape,
                                         nao_controller** controller);
NAO_API void nao_controller_destroy(nao_controller* controller);
/// The number of its weights; 0 for a shape that is out of range.
NAO_API int64_t nao_controller_weights(const nao_controller_shape* shape);
/// Copies an array of all weights out of or into the controller; size must be their number. The gradient is that of the
/// last step, before clipping.
NAO_API nao_status nao_controller_read(const nao_controller* controller, nao_array array, float* data, int64_t size);
NAO_API nao_status nao_controller_write(nao_controller* controller, nao_array array, const float* data, int64_t size);
/// Kernel launches and transfers that its steps have asked a GPU for; both 0 on a CPU.
NAO_API nao_status nao_controller_device_calls(const nao_controller* controller, int64_t* kernels, int64_t* transfers);

/// Trains on `count` sequences, order[0] ... of `rows` sequences [rows][T], `batch` at a time (the last batch may be
/// smaller), down the gradient of
///
///     tradeoff * mean of (prediction - target)^2 - (1 - tradeoff) * mean over sequences and tokens of log p(token)
///
/// Each group of up to 10 sequences of a batch adds up its gradient on its own, so results do not depend on the
/// threads. losses[0], [1]: sums over the sequences of (prediction - target)^2 and of the mean of -log p(token), each
/// taken before the step that used it. gradient_norms: of each step, before clipping; optional. On NAO_NOT_FINITE the
/// weights are those before the bad step.
NAO_API nao_status nao_controller_train(nao_controller* controller, const int32_t* tokens, const float* targets,
                                        int64_t rows, const int32_t* order, int64_t count, int32_t batch,
                                        const nao_adam* adam, float tradeoff, double* losses, double* gradient_norms);
/// The losses of nao_controller_train without a step. predictions [rows] and log_probabilities [rows][T][V], of every
/// token given those before, are optional.
NAO_API nao_status nao_controller_evaluate(nao_controller* controller, const int32_t* tokens, const float* targets,
                                           int64_t rows, double* losses, float* predictions, float* log_probabilities);
/// Predictions [rows], from 0 to 1, and embeddings [rows][H], of unit length; these are optional.
NAO_API nao_status nao_controller_encode(nao_controller* controller, const int32_t* tokens, int64_t rows,
                                         float* predictions, float* embeddings);
/// New sequences: the encoder outputs e of each of the `rows` go to (e + s d) / |e + s d| for each of step_sizes s,
/// with d the gradient of the prediction, and the decoder writes the likeliest legal token at each position, the first
/// of equals. legal: [T][2], the first legal token of each position, at least 1, and one more than the last, at most V.
/// generated: [step_sizes][rows][T]; predictions: [step_sizes][rows], at the moved encodings; optional.
NAO_API nao_status nao_controller_generate(nao_controller* controller, const int32_t* tokens, int64_t rows,
                                           const float* step_sizes, int32_t count, const int32_t* legal,
                                           int32_t* generated, float* predictions);

/// Makes a policy whose weights and moments are 0. favours: [O]. It computes on the calling thread.
NAO_API nao_status nao_policy_create(const nao_policy_shape* shape, const float* favours, nao_policy** policy);
NAO_API void nao_policy_destroy(nao_policy* policy);
/// The number of its weights; 0 for a shape that is out of range.
NAO_API int64_t nao_policy_weights(const nao_policy_shape* shape);
/// Copies an array of all weights out of or into the policy; size must be their number.
NAO_API nao_status nao_policy_read(const nao_policy* policy, nao_array array, float* data, int64_t size);
NAO_API nao_status nao_policy_write(nao_policy* policy, nao_array array, const float* data, int64_t size);

/// Draws `count` sequences, whose choices are [count][T]. uniforms: [T][count], numbers from 0 up to below 1, a row for
/// each choice in the order in which choices are made; the first option is drawn at which the probabilities, added up,
/// pass the number. log_probabilities: [count], log p(sequence). entropies: [count], those of a sequence's choices,
/// given the choices before, added up. Both in nats.
NAO_API nao_status nao_policy_sample(nao_policy* policy, int64_t count, const double* uniforms, int32_t* choices,
                                     double* log_probabilities, double* entropies);
/// Leaves as NAO_GRADIENT that of the sum over i of factors[i] log p(sequence i). choices: [count][T].
/// log_probabilities: [count]; optional.
NAO_API nao_status nao_policy_gradient(nao_policy* policy, const int32_t* choices, const float* factors, int64_t count,
                                       double* log_probabilities);
/// A step of Adam down NAO_GRADIENT. As in TensorFlow, epsilon is added to the root of the second moment before that is
/// corrected: epsilon / sqrt(1 - beta2^t) stands in the place of Kingma and Ba's. gradient_norm: before clipping;
/// optional. On NAO_NOT_FINITE, for a gradient that is not finite, nothing has changed.
NAO_API nao_status nao_policy_update(nao_policy* policy, const nao_adam* adam, double* gradient_norm);

#ifdef __cplusplus
}
#endif
