import { invalidValue, missing } from "./errors.ts";

export interface Permission {
  readonly label: string;
  readonly accounts: readonly string[];
  readonly actions: readonly string[];
}

/** A queue's policy with one more statement (API reference, AddPermission). It is kept and shown, and binds nobody here. */
export function withPermission(policy: string | undefined, arn: string, { label, accounts, actions }: Permission): string {
  if (accounts.length === 0) throw missing("AWSAccountIds");
  if (actions.length === 0) throw missing("Actions");
  const statements = statementsOf(policy);
  if (statements.some(({ Sid }) => Sid === label)) throw invalidValue("Label", label, "Already exists.");
  const statement = {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
    Action: actions.map((action) => `SQS:${action}`),
    Resource: arn,
  };
  return policyOf([...statements, statement]);
}

/** A queue's policy without the statement of that label; "" when that was the last one. */
export function withoutPermission(policy: string | undefined, label: string): string {
  const statements = statementsOf(policy);
  const left = statements.filter(({ Sid }) => Sid !== label);
  if (left.length === statements.length) throw invalidValue("Label", label, "can't find label on existing policy");
  return left.length === 0 ? "" : policyOf(left);
}

interface Statement {
  readonly Sid?: unknown;
}

function statementsOf(policy: string | undefined): readonly Statement[] {
  if (policy === undefined || policy === "") return [];
  const { Statement } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  return Statement === undefined ? [] : [Statement].flat();
}

function policyOf(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: statements });
}
