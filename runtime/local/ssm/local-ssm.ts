import { RequestFields } from "../request-fields.ts";
import { AwsError, type AwsOperation, type AwsRecord, type AwsService } from "../service.ts";
import type { WakeClock } from "../wake-clock.ts";
import { realClock } from "../wake-clock.ts";

export interface LocalSsmOptions {
  /** Default: the machine's. */
  readonly clock?: WakeClock;
  /** Twelve digits. Default: 000000000000. */
  readonly accountId?: string;
  /** Default: us-east-1. */
  readonly region?: string;
}

/**
 * Parameter Store on this machine: PutParameter, GetParameter, DeleteParameter, with types, versions and the rules of
 * names. A SecureString asked for without decryption comes as a text that tells nothing.
 */
export class LocalSsm {
  readonly service: AwsService;

  private readonly parameters = new Map<string, Parameter>();
  private readonly clock: WakeClock;
  private readonly arnPrefix: string;

  constructor({ clock = realClock(), accountId = "000000000000", region = "us-east-1" }: LocalSsmOptions = {}) {
    this.clock = clock;
    this.arnPrefix = `arn:aws:ssm:${region}:${accountId}:parameter`;
    this.service = {
      name: "ssm",
      protocol: "json-1.0",
      version: "AmazonSSM",
      operations: {
        GetParameter: reading((fields) => ({ Parameter: this.get(fields) })),
        PutParameter: reading((fields) => ({ Version: this.put(fields).version, Tier: "Standard" })),
        DeleteParameter: reading((fields) => {
          const { name } = this.found(fields.text("Name"));
          this.parameters.delete(name);
          return {};
        }),
      },
    };
  }

  private get(fields: RequestFields): AwsRecord {
    const [name = "", version] = fields.text("Name").split(":");
    const parameter = this.found(name);
    if (version !== undefined && version !== String(parameter.version)) {
      throw new AwsError("ParameterVersionNotFound", `Systems Manager could not find version ${version} of ${name}.`);
    }
    const isOpen = parameter.type !== "SecureString" || fields.flag("WithDecryption", false);
    return {
      ARN: `${this.arnPrefix}${name.startsWith("/") ? "" : "/"}${name}`,
      Name: name,
      Type: parameter.type,
      Value: isOpen ? parameter.value : `encrypted:${parameter.version}`,
      Version: parameter.version,
      DataType: "text",
      LastModifiedDate: new Date(parameter.changedAt),
    };
  }

  private put(fields: RequestFields): Parameter {
    const name = fields.text("Name");
    if (!isName(name)) throw invalid("Parameter name: only a-z, A-Z, 0-9, _, ., - and, below a leading /, up to 15 levels are allowed");
    const before = this.parameters.get(name);
    if (before !== undefined && !fields.flag("Overwrite", false)) {
      throw new AwsError("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option.");
    }
    const type = fields.optionalOneOf("Type", TYPES) ?? before?.type;
    if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
    const value = fields.text("Value", { longest: LONGEST_VALUE });
    const parameter = { name, type, value, version: (before?.version ?? 0) + 1, changedAt: this.clock.now() };
    this.parameters.set(name, parameter);
    return parameter;
  }

  private found(name: string): Parameter {
    const parameter = this.parameters.get(name);
    if (parameter === undefined) throw new AwsError("ParameterNotFound", `There is no parameter ${name}.`);
    return parameter;
  }
}

interface Parameter {
  readonly name: string;
  readonly type: (typeof TYPES)[number];
  readonly value: string;
  readonly version: number;
  readonly changedAt: number;
}

function reading(operate: (fields: RequestFields) => AwsRecord): AwsOperation {
  return (input) => operate(new RequestFields(input, (_fault, message) => invalid(message)));
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** API reference, PutParameter. */
function isName(name: string): boolean {
  if (!/^[\w./-]{1,1011}$/.test(name) || /^\/?(aws|ssm)/i.test(name)) return false;
  const levels = name.split("/");
  return levels.length === 1 || (levels[0] === "" && levels.length <= LEVELS + 1 && !levels.slice(1).includes(""));
}

const TYPES = ["String", "StringList", "SecureString"] as const;
const LEVELS = 15;
/** Characters of a standard parameter. */
const LONGEST_VALUE = 4096;
