-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE tenant (
  id VARCHAR(40) PRIMARY KEY
);

CREATE TABLE purchase (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant     VARCHAR(40)  NOT NULL REFERENCES tenant,
  customer   VARCHAR(100) NOT NULL,
  placed_by  VARCHAR(100),
  request_id VARCHAR(64)  NOT NULL
);

CREATE INDEX purchase_by_tenant ON purchase (tenant, id);

CREATE TABLE purchase_line (
  purchase BIGINT      NOT NULL REFERENCES purchase,
  sku      VARCHAR(40) NOT NULL,
  quantity INTEGER     NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (purchase, sku)
);
