/** simjs has no types and exports nothing: loading it sets `window.Sim`. */
declare module "simjs";
