/** What the configurations are called that are beside each other. */
export const SIDE_NAMES = ['A', 'B'] as const;
