// SPDX-License-Identifier: Apache-2.0
module app {
  requires dev.contextvars.coroutines;
}
