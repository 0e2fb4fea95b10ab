/** Names tried for a suggestion whose generated name is taken. Beyond it nothing is suggested. */
export const maxNamesTried = 8;
