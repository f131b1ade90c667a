/** The scenario's JSON Schema with its descriptions; see vite.config.ts. */
declare module "*.json?described" {
  const schema: unknown;
  export default schema;
}
