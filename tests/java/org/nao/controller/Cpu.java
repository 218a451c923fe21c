package org.nao.controller;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nao.engine.Device;

/** CPU devices that all tests of controllers share. */
final class Cpu {
  private static final Map<Integer, Device> DEVICES = new ConcurrentHashMap<>();

  private Cpu() {}

  static Device of(int threads) {
    return DEVICES.computeIfAbsent(threads, count -> Device.open("cpu", count));
  }
}
