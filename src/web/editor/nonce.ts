/** The editor writes its styles into the page; the content security policy in `index.html` lets those in by this word. */
export const STYLE_NONCE = 'editor';
