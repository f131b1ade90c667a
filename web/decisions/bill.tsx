import { useComputed } from "@preact/signals";
import { formatNumber, formatUsd } from "../../sim/index.ts";
import { useBench } from "../state/bench.ts";

/** What the run cost, line by line, and what that makes a month and a million messages. */
export function Bill() {
  const { live } = useBench();
  const cost = useComputed(() => live.view.value?.summary.cost);
  if (cost.value === undefined) return null;
  const { lines, totalUsd, perMonthUsd, perMillionMessagesUsd } = cost.value;
  return (
    <section class="bill" aria-labelledby="bill-title">
      <div class="block-head">
        <h2 id="bill-title">Bill of this run</h2>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="amount">
              Quantity
            </th>
            <th scope="col" class="amount">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ item, quantity, unit, usd }) => (
            <tr key={item}>
              <td>{item}</td>
              <td class="amount">
                {formatNumber(quantity)} {unit}
              </td>
              <td class="amount">{formatUsd(usd)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>In all</td>
            <td class="amount">{formatUsd(totalUsd)}</td>
          </tr>
          <tr>
            <td colSpan={2}>A month of 730 hours</td>
            <td class="amount">{formatUsd(perMonthUsd)}</td>
          </tr>
          <tr>
            <td colSpan={2}>A million messages</td>
            <td class="amount">{formatUsd(perMillionMessagesUsd)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
