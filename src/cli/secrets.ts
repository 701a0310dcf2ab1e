/** User and password of a URL, wherever in a text, whole or cut off before its end. */
const CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)([^\s'"]*@|[^\s'"]*…)/gi;

/** Shorter texts are no secrets of which other text could be told. */
const LEAST_LENGTH = 3;

/**
 * A message without passwords: neither those of URLs, also misspelt ones and those that were given where none belongs,
 * nor the one in `CLSA_CIM_QUEUE_PASSWORD`.
 *
 * @param args The arguments of the command line.
 */
export function withoutSecrets(message: string, args: readonly string[]): string {
  const safe = secretsIn(args).reduce(without, message);
  return safe.replaceAll(CREDENTIALS, (_, scheme: string, rest: string) => {
    return `${scheme}…${rest.endsWith('@') ? '@' : ''}`;
  });
}

/** What stands before the host in arguments that look like URLs; the longest first, since one may hold another. */
function secretsIn(args: readonly string[]): string[] {
  const found = args.flatMap((arg) => {
    // With a scheme or without; the user, if there is one, is as good as secret.
    const [, credentials] = /^(?:--?[\w-]+=)?(?:[a-z][a-z0-9+.-]*:\/*)?([^/]*:.*)@[^@]*$/is.exec(arg) ?? [];
    return credentials === undefined ? [] : [credentials, credentials.slice(credentials.indexOf(':') + 1)];
  });
  const { CLSA_CIM_QUEUE_PASSWORD: password = '' } = process.env;
  return [...found, password]
    .filter(({ length }) => length >= LEAST_LENGTH)
    .toSorted((a, b) => b.length - a.length);
}

/** A message without a secret, as it is, as it is quoted, and where a quotation is cut off within it. */
function without(message: string, secret: string): string {
  let safe = message.replaceAll(secret, '…').replaceAll(JSON.stringify(secret).slice(1, -1), '…');
  for (let length = secret.length - 1; length >= LEAST_LENGTH; length--) {
    safe = safe.replaceAll(`${secret.slice(0, length)}…`, '…');
  }
  return safe;
}
