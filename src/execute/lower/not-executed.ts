export const notExecuted: Readonly<Record<string, string>> = {};
