/** How account names are compared: in one Unicode form and without case, so that look-alikes of one name are one. */
export const usernameKey = (name: string): string => name.normalize("NFKC").toLowerCase();
