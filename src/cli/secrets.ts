/** The scheme of a URL; a bounded length, so that long text is looked through in time that grows with it. */
const SCHEME = /^[a-z][a-z0-9+.-]{0,15}:\/\//i;
/** User and password of a URL, wherever in a text, whole or cut off before its end. */
const CREDENTIALS = /([a-z][a-z0-9+.-]{0,15}:\/\/)([^\s'"]*@|[^\s'"]*…)/gi;

/** Shorter texts are no secrets of which other text could be told. */
const LEAST_LENGTH = 3;
/** What is quoted in a message may be endless; so much of a message is shown. */
const MAX_LENGTH = 1500;

/**
 * A message without passwords: neither those of URLs, also misspelt ones and those that were given where none belongs,
 * nor the one in `CLSA_CIM_QUEUE_PASSWORD`. One that is very long is cut.
 *
 * @param args The arguments of the command line.
 */
export function withoutSecrets(message: string, args: readonly string[]): string {
  const secrets = secretsIn(args);
  const safe = secrets.reduce(
    (text, secret) => text.replaceAll(secret, '…').replaceAll(JSON.stringify(secret).slice(1, -1), '…'),
    message,
  );
  const shown = safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe;
  return secrets
    .reduce(withoutBeginning, shown)
    .replaceAll(CREDENTIALS, (_, scheme: string, rest: string) => {
      return `${scheme}…${rest.endsWith('@') ? '@' : ''}`;
    });
}

/** What stands before the host in arguments that look like URLs; the longest first, since one may hold another. */
function secretsIn(args: readonly string[]): string[] {
  const { CLSA_CIM_QUEUE_PASSWORD: password = '' } = process.env;
  return [...args.flatMap(credentialsIn), password]
    .filter(({ length }) => length >= LEAST_LENGTH)
    .toSorted((a, b) => b.length - a.length);
}

/** User and password, and the password alone, of an argument that is meant as a URL, with a scheme or without. */
function credentialsIn(arg: string): string[] {
  const value = arg.startsWith('-') ? arg.slice(arg.indexOf('=') + 1) : arg;
  const credentials = value.slice(0, Math.max(0, value.lastIndexOf('@'))).replace(SCHEME, '');
  const colon = credentials.indexOf(':');
  const user = credentials.slice(0, Math.max(0, colon));
  // A colon behind a single slash is one in a path.
  if (colon < 0 || (user.includes('/') && !user.includes('//') && !user.endsWith('/'))) return [];
  return [credentials, credentials.slice(colon + 1)];
}

/** A message without what it has of a secret where a quotation is cut off within it. */
function withoutBeginning(message: string, secret: string): string {
  let safe = message;
  for (let length = Math.min(secret.length, MAX_LENGTH); length >= LEAST_LENGTH; length--) {
    if (safe.includes('…')) safe = safe.replaceAll(`${secret.slice(0, length)}…`, '…');
  }
  return safe;
}
