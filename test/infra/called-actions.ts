import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { ROOT } from "./hcl/module-files.ts";

/** Services by the SDK's packages, as IAM calls them. */
const SERVICES: Readonly<Record<string, string>> = {
  "@aws-sdk/client-application-auto-scaling": "application-autoscaling",
  "@aws-sdk/client-auto-scaling": "autoscaling",
  "@aws-sdk/client-cloudwatch": "cloudwatch",
  "@aws-sdk/client-dynamodb": "dynamodb",
  "@aws-sdk/client-s3": "s3",
  "@aws-sdk/client-secrets-manager": "secretsmanager",
  "@aws-sdk/client-sns": "sns",
  "@aws-sdk/client-sqs": "sqs",
  "@aws-sdk/client-ssm": "ssm",
};
/** Operations that IAM calls by another name. */
const OTHERWISE_CALLED: Readonly<Record<string, string>> = { "s3:ListObjectsV2": "s3:ListBucket" };

/**
 * Which actions of AWS a program may take, read off its code: from a file through all that it imports, to each method of
 * runtime/aws that is used there, and to the commands that this method sends.
 */
export class CalledActions {
  private readonly program: ts.Program;
  private readonly checker: ts.TypeChecker;

  /** @param entries Files from which all is reached that will be asked about, from the repository's root. */
  constructor(entries: readonly string[]) {
    const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2023, allowImportingTsExtensions: true, noEmit: true, types: [] };
    const host = ts.createCompilerHost(options);
    // Only what is ours: who sends which command can be seen without the packages' own types, in a tenth of the time.
    host.resolveModuleNameLiterals = (literals, containingFile) =>
      literals.map(({ text }) => ({
        resolvedModule: text.startsWith(".")
          ? { resolvedFileName: join(dirname(containingFile), text), extension: ts.Extension.Ts }
          : undefined,
      }));
    this.program = ts.createProgram(
      entries.map((entry) => join(ROOT, entry)),
      options,
      host,
    );
    this.checker = this.program.getTypeChecker();
  }

  /**
   * @param entry A file, from the repository's root.
   * @param isPart Whether a file that is imported belongs to the program as well.
   */
  of(entry: string, isPart: (file: string) => boolean = () => true): Set<string> {
    const files = this.filesFrom(entry, isPart);
    const clients = files.filter(isClient).flatMap((file) => file.statements.filter(ts.isClassDeclaration));
    const actions = new Set<string>();
    const seen = new Set<ts.Node>();
    const follow = (node: ts.Node): void => {
      ts.forEachChild(node, follow);
      const command = ts.isNewExpression(node) && ts.isIdentifier(node.expression) ? commandOf(node.expression) : undefined;
      if (command !== undefined) actions.add(command);
      if (!ts.isPropertyAccessExpression(node)) return;
      for (const method of this.methodsOf(node.name, clients)) {
        if (seen.has(method)) continue;
        seen.add(method);
        follow(method);
      }
    };
    for (const file of files) if (!isClient(file)) follow(file);
    return actions;
  }

  private filesFrom(entry: string, isPart: (file: string) => boolean): ts.SourceFile[] {
    const found = new Map<string, ts.SourceFile>();
    const visit = (path: string): void => {
      const file = this.program.getSourceFile(path);
      if (file === undefined || found.has(path)) return;
      found.set(path, file);
      for (const path of importsOf(file)) if (isPart(path)) visit(join(ROOT, path));
    };
    visit(join(ROOT, entry));
    return [...found.values()];
  }

  /** The methods of clients that a name stands for: a class's own, or those of every class that has all that an interface asks for. */
  private methodsOf(name: ts.MemberName, clients: readonly ts.ClassDeclaration[]): ts.MethodDeclaration[] {
    const declarations = this.checker.getSymbolAtLocation(name)?.declarations ?? [];
    return declarations.flatMap((declaration) => {
      if (ts.isMethodDeclaration(declaration)) return isClient(declaration.getSourceFile()) ? [declaration] : [];
      if (!ts.isMethodSignature(declaration) || !ts.isInterfaceDeclaration(declaration.parent)) return [];
      const wanted = declaration.parent.members.map((member) => member.name?.getText());
      const fitting = clients.filter(({ members }) => wanted.every((one) => members.some((member) => member.name?.getText() === one)));
      return fitting.flatMap(({ members }) =>
        members.filter(ts.isMethodDeclaration).filter((member) => member.name.getText() === name.text),
      );
    });
  }
}

/** Whether a file is one of those in which AWS is called. */
function isClient(file: ts.SourceFile): boolean {
  return relative(ROOT, file.fileName).replaceAll(sep, "/").startsWith("runtime/aws/");
}

/** Files of ours that a file imports, now or later; types are none. */
function importsOf(file: ts.SourceFile): string[] {
  const specifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
      specifiers.push(textOf(node.moduleSpecifier));
    else if (ts.isExportDeclaration(node) && !node.isTypeOnly && node.moduleSpecifier !== undefined)
      specifiers.push(textOf(node.moduleSpecifier));
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) specifiers.push(textOf(node.arguments[0]));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return specifiers
    .filter((text) => text.startsWith("."))
    .map((text) => relative(ROOT, join(dirname(file.fileName), text)).replaceAll(sep, "/"));
}

function textOf(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteral(node) ? node.text : "";
}

/** The action that a command of the SDK asks for: `DeleteMessageBatchCommand` of SQS is `sqs:DeleteMessage`. */
function commandOf(identifier: ts.Identifier): string | undefined {
  const name = /^(\w+)Command$/.exec(identifier.text)?.[1];
  const from = name === undefined ? undefined : importOf(identifier);
  const service = from === undefined ? undefined : SERVICES[from];
  if (name === undefined || service === undefined) return undefined;
  const action = `${service}:${name.replace(/(?<=Message|Visibility)Batch$/, "")}`;
  return OTHERWISE_CALLED[action] ?? action;
}

/** The package that a name was imported from. */
function importOf(identifier: ts.Identifier): string | undefined {
  for (const statement of identifier.getSourceFile().statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const named = statement.importClause?.namedBindings;
    if (named !== undefined && ts.isNamedImports(named) && named.elements.some(({ name }) => name.text === identifier.text)) {
      return statement.moduleSpecifier.text;
    }
  }
  return undefined;
}
