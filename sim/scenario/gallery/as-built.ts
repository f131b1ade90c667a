import bankingBatchTail from "./banking-batch-tail.json" with { type: "json" };
import bankingBatchTailCured from "./banking-batch-tail-cured.json" with { type: "json" };
import bankingNoData from "./banking-no-data.json" with { type: "json" };
import bankingOffByOne from "./banking-off-by-one.json" with { type: "json" };
import bankingSilentAlarms from "./banking-silent-alarms.json" with { type: "json" };
import bankingTwiceTheThreads from "./banking-twice-the-threads.json" with { type: "json" };
import emailFixed from "./email-fixed.json" with { type: "json" };
import emailSecondObjects from "./email-second-objects.json" with { type: "json" };
import emailSleep from "./email-sleep.json" with { type: "json" };
import emailSleepCured from "./email-sleep-cured.json" with { type: "json" };
import jobsKilledAtStop from "./jobs-killed-at-stop.json" with { type: "json" };
import jobsKilledAtStopCured from "./jobs-killed-at-stop-cured.json" with { type: "json" };
import jobsOutliveVisibility from "./jobs-outlive-visibility.json" with { type: "json" };
import jobsOutliveVisibilityCured from "./jobs-outlive-visibility-cured.json" with { type: "json" };
import jobsRawDepth from "./jobs-raw-depth.json" with { type: "json" };
import jobsRawDepthCured from "./jobs-raw-depth-cured.json" with { type: "json" };
import mortgageFixed from "./mortgage-fixed.json" with { type: "json" };
import mortgageSecondObjects from "./mortgage-second-objects.json" with { type: "json" };
import ordersNoDlq from "./orders-no-dlq.json" with { type: "json" };
import ordersNoDlqCured from "./orders-no-dlq-cured.json" with { type: "json" };
import ordersSixtyWorkers from "./orders-sixty-workers.json" with { type: "json" };
import ordersSixtyWorkersCured from "./orders-sixty-workers-cured.json" with { type: "json" };
import ordersTwoTimeouts from "./orders-two-timeouts.json" with { type: "json" };
import ordersUndeleted from "./orders-undeleted.json" with { type: "json" };
import ordersUndeletedCured from "./orders-undeleted-cured.json" with { type: "json" };

/** The same five as such systems are really built: what their code and their infrastructure make of the description. */
export const asBuilt = {
  "banking-no-data": bankingNoData,
  "banking-off-by-one": bankingOffByOne,
  "banking-silent-alarms": bankingSilentAlarms,
  "banking-twice-the-threads": bankingTwiceTheThreads,
  "banking-batch-tail": bankingBatchTail,
  "banking-batch-tail-cured": bankingBatchTailCured,
  "jobs-raw-depth": jobsRawDepth,
  "jobs-raw-depth-cured": jobsRawDepthCured,
  "jobs-outlive-visibility": jobsOutliveVisibility,
  "jobs-outlive-visibility-cured": jobsOutliveVisibilityCured,
  "jobs-killed-at-stop": jobsKilledAtStop,
  "jobs-killed-at-stop-cured": jobsKilledAtStopCured,
  "email-fixed": emailFixed,
  "email-sleep": emailSleep,
  "email-sleep-cured": emailSleepCured,
  "email-second-objects": emailSecondObjects,
  "orders-sixty-workers": ordersSixtyWorkers,
  "orders-sixty-workers-cured": ordersSixtyWorkersCured,
  "orders-undeleted": ordersUndeleted,
  "orders-undeleted-cured": ordersUndeletedCured,
  "orders-two-timeouts": ordersTwoTimeouts,
  "orders-no-dlq": ordersNoDlq,
  "orders-no-dlq-cured": ordersNoDlqCured,
  "mortgage-fixed": mortgageFixed,
  "mortgage-second-objects": mortgageSecondObjects,
} as const;
