/** Of the package; the bundler fills it in. */
declare const BUNDLED_VERSION: string;
export const VERSION = BUNDLED_VERSION;
