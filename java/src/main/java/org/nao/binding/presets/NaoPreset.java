package org.nao.binding.presets;

import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * Tells JavaCPP how to turn {@code nao/nao.h} into {@code org.nao.binding}: functions and constants
 * into {@code global.Nao} (which extends this class), each struct into a class of its own name.
 */
@Properties(
    value =
        @Platform(value = "linux-x86_64", include = "nao/nao.h", link = "nao", library = "jniNao"),
    target = "org.nao.binding",
    global = "org.nao.binding.global.Nao")
@NoException // the C boundary lets none through
public class NaoPreset implements InfoMapper {
  /** JavaCPP offers an array of pointers only together with pointers for every other array. */
  private static final String PROGRAMS =
      "@Cast(\"nao_program* const*\") PointerPointer<nao_program> programs";

  private static final String TRAIN =
      "public static native @Cast(\"nao_status\") int nao_train(nao_network network,"
          + " @Const nao_dataset dataset, @Const nao_training training, "
          + PROGRAMS
          + ", int steps, int batch, @Const int[] indices, @Const float[] learning_rates,"
          + " @Cast(\"int64_t\") long first_step, float[] losses, float[] gradient_norms,"
          + " int[] correct, int[] done);\n";

  private static final String EVALUATE =
      "public static native @Cast(\"nao_status\") int nao_evaluate(nao_network network,"
          + " @Const nao_dataset dataset, @Cast(\"nao_statistics\") int statistics, "
          + PROGRAMS
          + ", int count, int batch, @Const int[] indices, @Cast(\"int64_t\") long image_count,"
          + " @Cast(\"int64_t*\") long[] correct, double[] losses);\n";

  private static final String TRAIN_PART =
      "public static native @Cast(\"nao_status\") int nao_train_part(nao_network network,"
          + " @Const nao_dataset dataset, @Const nao_training training, nao_program program,"
          + " int position, int batch, @Const int[] indices, @Cast(\"int64_t\") long step,"
          + " FloatBuffer contribution, @Cast(\"int64_t\") long size, double[] loss,"
          + " int[] correct);\n";

  private static final String TRAIN_PARTS =
      "public static native @Cast(\"nao_status\") int nao_train_parts(nao_network network,"
          + " @Const nao_training training, "
          + PROGRAMS
          + ", int count, @Const FloatBuffer contributions, @Cast(\"int64_t\") long size,"
          + " float learning_rate, @Cast(\"int64_t\") long step, double[] gradient_norm);\n";

  private static final String TRAIN_SHARED =
      "public static native @Cast(\"nao_status\") int nao_train_shared(nao_network network,"
          + " @Const nao_dataset dataset, @Const nao_training training, nao_exchange exchange, "
          + PROGRAMS
          + ", int count, int batch, @Const int[] indices, float learning_rate,"
          + " @Cast(\"int64_t\") long step, double[] loss, double[] gradient_norm,"
          + " int[] correct);\n";

  @Override
  public void map(InfoMap infoMap) {
    infoMap
        .put(new Info("NAO_API").cppTypes().annotations())
        .put(new Info("nao_train").javaText(TRAIN))
        .put(new Info("nao_evaluate").javaText(EVALUATE))
        .put(new Info("nao_train_part").javaText(TRAIN_PART))
        .put(new Info("nao_train_parts").javaText(TRAIN_PARTS))
        .put(new Info("nao_train_shared").javaText(TRAIN_SHARED));
  }
}
