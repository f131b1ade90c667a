import banking from "./banking.json" with { type: "json" };
import bankingScaleIn from "./banking-scale-in.json" with { type: "json" };
import bankingScaleOut from "./banking-scale-out.json" with { type: "json" };
import email from "./email.json" with { type: "json" };
import jobProcessing from "./job-processing.json" with { type: "json" };
import mortgage from "./mortgage.json" with { type: "json" };
import orders from "./orders.json" with { type: "json" };
import ordersCapacity from "./orders-capacity.json" with { type: "json" };
import ordersLambda from "./orders-lambda.json" with { type: "json" };

/** The five reference systems as their descriptions have them, and the sums that the descriptions do. */
export const systems = {
  banking,
  "banking-scale-out": bankingScaleOut,
  "banking-scale-in": bankingScaleIn,
  "job-processing": jobProcessing,
  email,
  orders,
  "orders-capacity": ordersCapacity,
  "orders-lambda": ordersLambda,
  mortgage,
} as const;
