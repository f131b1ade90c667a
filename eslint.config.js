import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import house from "./eslint.rules.js";

// What would make a run depend on anything but its scenario and its seed. The compiler refuses most of it as well
// (no DOM, no Node types); the tests' set-up makes the rest throw, for code that reaches a global by another name.
const IMPURE = {
  Date: "Time is an argument: use `now`. Civil time is in sim/scenario/civil-time.ts.",
  setTimeout: "Ask the driver: `wakeAt` in core, the calendar in the simulator.",
  setInterval: "Ask the driver: `wakeAt` in core, the calendar in the simulator.",
  setImmediate: "Ask the driver: `wakeAt` in core, the calendar in the simulator.",
  queueMicrotask: "The simulator runs from start to end without waiting: call the function.",
  requestAnimationFrame: "Drawing belongs in web.",
  performance: "Measure in test/bench or in the caller; inside, time is `now`.",
  crypto: "Draw from a named stream of sim/kernel/random.ts.",
  console: "Return what is to be said; web and runtime/cli say it.",
  process: "Settings are arguments; Node belongs in runtime.",
  globalThis: "Take what you need as an argument.",
  window: "The page belongs in web.",
  document: "The page belongs in web.",
  navigator: "The page belongs in web.",
  self: "Threads belong in web/worker and runtime.",
  fetch: "Input is an argument; web and runtime fetch it.",
  Intl: "Output differs between engines and machines: use sim/measure/format.ts.",
};

// Rounded as each engine likes, so that the same seed would give other bytes elsewhere. What is left of `Math`
// (abs, ceil, clz32, floor, fround, imul, max, min, round, sign, sqrt, trunc) is exact everywhere.
const INEXACT = [
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atan2",
  "atanh",
  "cbrt",
  "cos",
  "cosh",
  "exp",
  "expm1",
  "hypot",
  "log",
  "log10",
  "log1p",
  "log2",
  "pow",
  "sin",
  "sinh",
  "tan",
  "tanh",
];

/**
 * @param {string[]} allowed
 * @returns {["error", ...{ name: string, message: string }[]]}
 */
function impureExcept(...allowed) {
  const forbidden = Object.entries(IMPURE).filter(([name]) => !allowed.includes(name));
  return ["error", ...forbidden.map(([name, message]) => ({ name, message }))];
}

export default defineConfig(
  { ignores: ["dist/", ".cache/", "coverage/", "node_modules/"] },
  {
    files: ["**/*.{ts,tsx,js}"],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { house },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "house/import-law": "error",
      "house/no-cycles": "error",
      eqeqeq: "error",
      "no-console": "error",
      // The compiler knows better, also in JavaScript.
      "no-undef": "off",
      "no-else-return": "error",
      "no-param-reassign": "error",
      "no-implicit-coercion": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/consistent-type-exports": ["error", { fixMixedExportsWithInlineTypeSpecifier: true }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: "only-allowed-literals" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // `array[index] as number` where the index is known to be in range: it costs nothing, unlike a check in a hot loop.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      // The compiler asks for brackets on index signatures (noPropertyAccessFromIndexSignature).
      "@typescript-eslint/dot-notation": "off",
    },
  },
  {
    files: ["{sim,runtime,web}/**/*.{ts,tsx}"],
    rules: {
      "max-lines": ["error", { max: 500 }],
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Markup is long and flat.
    files: ["web/**/*.tsx"],
    rules: { "max-lines-per-function": ["error", { max: 120, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ["sim/**/*.ts"],
    rules: {
      "no-restricted-globals": impureExcept(),
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Draw from a named stream of sim/kernel/random.ts." },
        ...INEXACT.map((property) => ({
          object: "Math",
          property,
          message: "Engines round it differently: use sim/kernel/exact-math.ts.",
        })),
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: ":not(MemberExpression) > Identifier[name='Math']",
          message: "Write `Math.name` in full, so that the lint can see it.",
        },
        {
          selector: "MemberExpression[computed=true] > Identifier.object[name='Math']",
          message: "Write `Math.name` in full, so that the lint can see it.",
        },
        {
          selector: "CallExpression > MemberExpression.callee[property.name=/^toLocale|^localeCompare$/]",
          message: "Output differs between engines and machines: use sim/measure/format.ts.",
        },
      ],
      "house/exact-powers": "error",
    },
  },
  {
    // Published constants are copied with all their published digits.
    files: ["sim/kernel/**/*.ts"],
    rules: { "no-loss-of-precision": "off" },
  },
  {
    // simjs knows only a `window` to put itself on.
    files: ["sim/kernel/simjs-calendar.ts"],
    rules: { "no-restricted-globals": impureExcept("globalThis") },
  },
  {
    files: ["{runtime/cli,test}/**/*.{ts,js}", "*.js"],
    rules: { "no-console": "off" },
  },
  {
    files: ["test/**/*.{ts,tsx}"],
    rules: {
      // A test may say what it knows.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    // What a Terraform file holds is of any type until it is looked at, and its `==` compares as it likes.
    files: ["test/infra/**/*.ts"],
    rules: { "@typescript-eslint/no-base-to-string": "off", eqeqeq: "off" },
  },
  {
    files: ["**/*.js"],
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
