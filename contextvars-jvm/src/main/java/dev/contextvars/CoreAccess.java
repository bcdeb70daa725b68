// SPDX-License-Identifier: Apache-2.0
package dev.contextvars;

import dev.contextvars.access.ContextAccess;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets {@code dev.contextvars.spi} at what is package-private here. */
final class CoreAccess extends ContextAccess<Context> {
  private CoreAccess() {}

  static void open() {
    new CoreAccess().register();
  }

  @Override
  public @Nullable Context current() {
    return CurrentContext.get();
  }

  @Override
  public @Nullable Context swap(@Nullable Context next) {
    return CurrentContext.swap(next);
  }

  @Override
  public @Nullable Object attach(Context next) {
    return CurrentContext.attach(next);
  }

  @Override
  public @Nullable Object attachLease(Object lease) {
    return CurrentContext.attach((Lease) lease);
  }

  @Override
  public void detach(@Nullable Object before) {
    CurrentContext.detach(before);
  }

  @Override
  public Object newLease(Context context, BooleanSupplier isOver) {
    return new Lease(context, isOver);
  }

  @Override
  public @Nullable IllegalStateException pollRefusal(Object lease) {
    return ((Lease) lease).pollRefusal();
  }

  @Override
  public void addWatcher(Consumer<@Nullable Context> watcher) {
    SwitchWatchers.add(watcher);
  }

  @Override
  public boolean removeWatcher(Consumer<@Nullable Context> watcher) {
    return SwitchWatchers.remove(watcher);
  }

  @Override
  public void guardSharedThreads(boolean on) {
    OwnContextGuard.switchOn(on);
  }

  @Override
  public void addSharedThreads(Predicate<Thread> shared) {
    OwnContextGuard.addShared(shared);
  }
}
