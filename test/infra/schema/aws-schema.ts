/** The part of the AWS provider's schema that infra needs, as `extract.ts` writes it to `aws-schema.json`. */
export interface AwsSchema {
  readonly notice: string;
  /** Package that it was read from. */
  readonly source: string;
  /** Version of hashicorp/aws. */
  readonly provider: string;
  readonly resources: Readonly<Record<string, BlockSchema>>;
  readonly data: Readonly<Record<string, BlockSchema>>;
}

export interface BlockSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly blocks: Readonly<Record<string, NestedSchema>>;
}

export interface AttributeSchema {
  readonly type: AttributeType;
  /** computed: set by AWS, an error when it is written. */
  readonly mode: "required" | "optional" | "computed";
}

/** Terraform's own notation, as `["list", "string"]`; `dynamic` where the bindings say no more. */
export type AttributeType = "string" | "number" | "bool" | "dynamic" | readonly ["list" | "set" | "map", AttributeType];

export interface NestedSchema extends BlockSchema {
  readonly nesting: "list" | "set" | "single";
  readonly required: boolean;
  /** Whether the block may be there more than once. */
  readonly many: boolean;
}
