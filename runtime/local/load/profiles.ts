/** A known way to load a known API: who asks, how often, for what. */
export interface LoadProfile {
  readonly id: string;
  /** From the API's address. */
  readonly path: string;
  readonly users: number;
  readonly spawnPerSec: number;
  readonly thinkTime: { readonly minSec: number; readonly maxSec: number };
  readonly durationSec: number;
  /** Text of each request, with places to fill (`body.ts`). */
  readonly body: string;
}

const ORDER = JSON.stringify({
  order_id: "{{run}}-{{number}}",
  customer_id: 123,
  items: [{ product_id: "SKU-001", quantity: 1, price: 19.99 }],
});
const COMMON = { thinkTime: { minSec: 0.1, maxSec: 0.5 }, durationSec: 60, body: ORDER };

/** The load tests of the orders system: customers who wait for their payment, and customers who do not. */
export const ORDERS_SYNC: LoadProfile = { id: "orders-sync", path: "/orders/sync", users: 20, spawnPerSec: 1, ...COMMON };
export const ORDERS_ASYNC: LoadProfile = { id: "orders-async", path: "/orders/async", users: 30, spawnPerSec: 10, ...COMMON };

/** By name: profiles that are run one after the other. */
export const LOAD_PROFILES = {
  "orders-sync": [ORDERS_SYNC],
  "orders-async": [ORDERS_ASYNC],
  orders: [ORDERS_SYNC, ORDERS_ASYNC],
} as const satisfies Record<string, readonly LoadProfile[]>;

export type LoadProfileName = keyof typeof LOAD_PROFILES;
