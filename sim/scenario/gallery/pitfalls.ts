import allProtected from "./all-protected.json" with { type: "json" };
import allProtectedCured from "./all-protected-cured.json" with { type: "json" };
import busyTaskStopped from "./busy-task-stopped.json" with { type: "json" };
import busyTaskStoppedCured from "./busy-task-stopped-cured.json" with { type: "json" };
import cpuTarget from "./cpu-target.json" with { type: "json" };
import cpuTargetCured from "./cpu-target-cured.json" with { type: "json" };
import deadLettersWait from "./dead-letters-wait.json" with { type: "json" };
import deployment from "./deployment.json" with { type: "json" };
import doubleSamples from "./double-samples.json" with { type: "json" };
import doubleSamplesCured from "./double-samples-cured.json" with { type: "json" };
import emptyReceives from "./empty-receives.json" with { type: "json" };
import emptyReceivesCured from "./empty-receives-cured.json" with { type: "json" };
import endlessHeartbeat from "./endless-heartbeat.json" with { type: "json" };
import endlessHeartbeatCured from "./endless-heartbeat-cured.json" with { type: "json" };
import fixedSteps from "./fixed-steps.json" with { type: "json" };
import fixedStepsCured from "./fixed-steps-cured.json" with { type: "json" };
import refreshAtPeak from "./refresh-at-peak.json" with { type: "json" };
import refreshAtPeakCured from "./refresh-at-peak-cured.json" with { type: "json" };
import hookTooShort from "./hook-too-short.json" with { type: "json" };
import hookTooShortCured from "./hook-too-short-cured.json" with { type: "json" };
import hotGroup from "./hot-group.json" with { type: "json" };
import hotGroupCured from "./hot-group-cured.json" with { type: "json" };
import kedaVisibleOnly from "./keda-visible-only.json" with { type: "json" };
import kedaVisibleOnlyCured from "./keda-visible-only-cured.json" with { type: "json" };
import lagAndCooldown from "./lag-and-cooldown.json" with { type: "json" };
import lagAndCooldownCured from "./lag-and-cooldown-cured.json" with { type: "json" };
import lambdaThrottled from "./lambda-throttled.json" with { type: "json" };
import lambdaThrottledCured from "./lambda-throttled-cured.json" with { type: "json" };
import longVisibility from "./long-visibility.json" with { type: "json" };
import longVisibilityCured from "./long-visibility-cured.json" with { type: "json" };
import noCapacity from "./no-capacity.json" with { type: "json" };
import noCapacityCured from "./no-capacity-cured.json" with { type: "json" };
import noisyTenant from "./noisy-tenant.json" with { type: "json" };
import noisyTenantCured from "./noisy-tenant-cured.json" with { type: "json" };
import phantomReceives from "./phantom-receives.json" with { type: "json" };
import phantomReceivesCured from "./phantom-receives-cured.json" with { type: "json" };
import poisonPill from "./poison-pill.json" with { type: "json" };
import poisonPillCured from "./poison-pill-cured.json" with { type: "json" };
import prefetch from "./prefetch.json" with { type: "json" };
import prefetchCured from "./prefetch-cured.json" with { type: "json" };
import rawDepth from "./raw-depth.json" with { type: "json" };
import rawDepthCured from "./raw-depth-cured.json" with { type: "json" };
import retriesBlowUp from "./retries-blow-up.json" with { type: "json" };
import retriesBlowUpCured from "./retries-blow-up-cured.json" with { type: "json" };
import sleepingQueue from "./sleeping-queue.json" with { type: "json" };
import sleepingQueueCured from "./sleeping-queue-cured.json" with { type: "json" };
import slowScaleIn from "./slow-scale-in.json" with { type: "json" };
import slowScaleInCured from "./slow-scale-in-cured.json" with { type: "json" };
import slowScaleOut from "./slow-scale-out.json" with { type: "json" };
import slowScaleOutCured from "./slow-scale-out-cured.json" with { type: "json" };
import spotNotice from "./spot-notice.json" with { type: "json" };
import spotNoticeCured from "./spot-notice-cured.json" with { type: "json" };
import staleTarget from "./stale-target.json" with { type: "json" };
import staleTargetCured from "./stale-target-cured.json" with { type: "json" };
import stepAgainstTarget from "./step-against-target.json" with { type: "json" };
import stepAgainstTargetCured from "./step-against-target-cured.json" with { type: "json" };
import stuckAtZero from "./stuck-at-zero.json" with { type: "json" };
import stuckAtZeroCured from "./stuck-at-zero-cured.json" with { type: "json" };
import targetOfOne from "./target-of-one.json" with { type: "json" };
import targetOfOneCured from "./target-of-one-cured.json" with { type: "json" };
import thirteenHourJob from "./thirteen-hour-job.json" with { type: "json" };
import thirteenHourJobCured from "./thirteen-hour-job-cured.json" with { type: "json" };
import visibilityTooShort from "./visibility-too-short.json" with { type: "json" };
import visibilityTooShortCured from "./visibility-too-short-cured.json" with { type: "json" };
import visibleOnly from "./visible-only.json" with { type: "json" };
import visibleOnlyCured from "./visible-only-cured.json" with { type: "json" };
import warmUpTooShort from "./warm-up-too-short.json" with { type: "json" };
import warmUpTooShortCured from "./warm-up-too-short-cured.json" with { type: "json" };
import yoYo from "./yo-yo.json" with { type: "json" };
import yoYoCured from "./yo-yo-cured.json" with { type: "json" };
import zeroFlapping from "./zero-flapping.json" with { type: "json" };
import zeroFlappingCured from "./zero-flapping-cured.json" with { type: "json" };

/** What befalls fleets behind a queue in the field. Beside most of them stands the cure that has come to be accepted. */
export const pitfalls = {
  "raw-depth": rawDepth,
  "raw-depth-cured": rawDepthCured,
  "yo-yo": yoYo,
  "yo-yo-cured": yoYoCured,
  "lag-and-cooldown": lagAndCooldown,
  "lag-and-cooldown-cured": lagAndCooldownCured,
  "sleeping-queue": sleepingQueue,
  "sleeping-queue-cured": sleepingQueueCured,
  "double-samples": doubleSamples,
  "double-samples-cured": doubleSamplesCured,
  "stuck-at-zero": stuckAtZero,
  "stuck-at-zero-cured": stuckAtZeroCured,
  "target-of-one": targetOfOne,
  "target-of-one-cured": targetOfOneCured,
  "busy-task-stopped": busyTaskStopped,
  "busy-task-stopped-cured": busyTaskStoppedCured,
  "visible-only": visibleOnly,
  "visible-only-cured": visibleOnlyCured,
  "cpu-target": cpuTarget,
  "cpu-target-cured": cpuTargetCured,
  "slow-scale-in": slowScaleIn,
  "slow-scale-in-cured": slowScaleInCured,
  "slow-scale-out": slowScaleOut,
  "slow-scale-out-cured": slowScaleOutCured,
  "fixed-steps": fixedSteps,
  "fixed-steps-cured": fixedStepsCured,
  "visibility-too-short": visibilityTooShort,
  "visibility-too-short-cured": visibilityTooShortCured,
  prefetch,
  "prefetch-cured": prefetchCured,
  "endless-heartbeat": endlessHeartbeat,
  "endless-heartbeat-cured": endlessHeartbeatCured,
  "long-visibility": longVisibility,
  "long-visibility-cured": longVisibilityCured,
  "thirteen-hour-job": thirteenHourJob,
  "thirteen-hour-job-cured": thirteenHourJobCured,
  "poison-pill": poisonPill,
  "poison-pill-cured": poisonPillCured,
  "retries-blow-up": retriesBlowUp,
  "retries-blow-up-cured": retriesBlowUpCured,
  "dead-letters-wait": deadLettersWait,
  "phantom-receives": phantomReceives,
  "phantom-receives-cured": phantomReceivesCured,
  "keda-visible-only": kedaVisibleOnly,
  "keda-visible-only-cured": kedaVisibleOnlyCured,
  "lambda-throttled": lambdaThrottled,
  "lambda-throttled-cured": lambdaThrottledCured,
  "zero-flapping": zeroFlapping,
  "zero-flapping-cured": zeroFlappingCured,
  "no-capacity": noCapacity,
  "no-capacity-cured": noCapacityCured,
  "spot-notice": spotNotice,
  "spot-notice-cured": spotNoticeCured,
  "hook-too-short": hookTooShort,
  "hook-too-short-cured": hookTooShortCured,
  deployment,
  "refresh-at-peak": refreshAtPeak,
  "refresh-at-peak-cured": refreshAtPeakCured,
  "empty-receives": emptyReceives,
  "empty-receives-cured": emptyReceivesCured,
  "stale-target": staleTarget,
  "stale-target-cured": staleTargetCured,
  "warm-up-too-short": warmUpTooShort,
  "warm-up-too-short-cured": warmUpTooShortCured,
  "hot-group": hotGroup,
  "hot-group-cured": hotGroupCured,
  "noisy-tenant": noisyTenant,
  "noisy-tenant-cured": noisyTenantCured,
  "all-protected": allProtected,
  "all-protected-cured": allProtectedCured,
  "step-against-target": stepAgainstTarget,
  "step-against-target-cured": stepAgainstTargetCured,
} as const;
