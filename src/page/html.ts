/** What a report is made of. */
export interface PageParts {
  /** Title of the page: anybody's text. */
  readonly title: string;
  /** The script of the page, without imports. */
  readonly script: string;
  /** Rules of style. */
  readonly style: string;
  /** What the script shows; it finds it in {@link packedData}. */
  readonly data: Uint8Array;
}

/** Id of the element that holds the data of a page. */
const DATA_ID = 'data';

/**
 * A page in one file, which loads nothing: its content security policy lets this script and this style in, by their hashes, and
 * nothing else.
 */
export async function pageHtml({ title, script, style, data }: PageParts): Promise<string> {
  const code = inScript(script);
  const policy = [
    "default-src 'none'",
    `script-src '${await hashOf(code)}'`,
    `style-src '${await hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This report draws its pictures by a script, which the browser has turned off.</noscript>
<script type="application/octet-stream" id="${DATA_ID}">${base64(data)}</script>
<script>${code}</script>
</body>
</html>
`;
}

/** The data of the page that a script runs in. */
export function packedData(document: Document): Uint8Array<ArrayBuffer> {
  const text = atob(document.getElementById(DATA_ID)?.textContent ?? '');
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Text as it may stand between tags and in quoted attributes. What is not seen becomes a space. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A script such that the element that holds it does not end before it does; it runs as before. */
export function inScript(script: string): string {
  return script.replaceAll(/<(?=\/script|!--)/gi, '\\x3c');
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${base64(new Uint8Array(digest))}`;
}

/** So many bytes are encoded at a time: a multiple of 3, so that there is no padding in between. */
const CHUNK = 3 * 2 ** 13;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return text;
}
