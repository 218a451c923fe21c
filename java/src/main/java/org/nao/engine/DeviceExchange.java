package org.nao.engine;

import org.nao.binding.global.Nao;
import org.nao.binding.nao_exchange;

/**
 * What a GPU exchanges with those of other processes through: NCCL. Ranks 0 to R - 1 make one each
 * and {@link #connect} at the same time. Used by one thread, but for {@link #abort}. Failures have
 * the status {@link Status#EXCHANGE}.
 */
public final class DeviceExchange implements AutoCloseable {
  /** Bytes of an id. */
  public static final int ID_BYTES = Nao.NAO_EXCHANGE_ID_BYTES;

  private final Handle<nao_exchange> handle;

  /**
   * Not connected yet.
   *
   * @throws EngineException where the device is no GPU, or NCCL is not there
   */
  public DeviceExchange(Device device) {
    final nao_exchange exchange = new nao_exchange();
    NativeLibrary.check(Nao.nao_exchange_create(device.handle().get(), exchange));
    handle = new Handle<>("exchange", device.handle(), exchange, Nao::nao_exchange_destroy);
    handle.reportIfForgottenBy(this);
  }

  /** What the ranks of a new exchange need to find each other; of one of them. */
  public static byte[] freshId() {
    NativeLibrary.load();
    final byte[] id = new byte[ID_BYTES];
    NativeLibrary.check(Nao.nao_exchange_id(id, id.length));
    return id;
  }

  /**
   * Finds the other ranks.
   *
   * @param seconds after which it fails
   */
  public void connect(byte[] id, int rank, int ranks, int seconds) {
    NativeLibrary.check(
        Nao.nao_exchange_connect(handle.get(), id, id.length, rank, ranks, seconds));
  }

  /** Gives up whatever waits for other ranks; from any thread, before or after it is closed. */
  public void abort() {
    handle.ifOpen(Nao::nao_exchange_abort);
  }

  /** Waits for the other ranks to do the same, unless it was given up. */
  @Override
  public void close() {
    handle.close();
  }

  Handle<nao_exchange> handle() {
    return handle;
  }
}
