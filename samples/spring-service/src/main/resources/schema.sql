-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE purchase (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant     VARCHAR(64)  NOT NULL,
  customer   VARCHAR(100) NOT NULL,
  items      INTEGER      NOT NULL,
  request_id VARCHAR(64)  NOT NULL
);

CREATE INDEX purchase_by_tenant ON purchase (tenant, id);
