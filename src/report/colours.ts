import pico from 'picocolors';

/** What text looks like by what it is for. Without colours every one leaves the text as it is. */
export interface Colours {
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly good: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly hint: (text: string) => string;
}

export function colours(wanted: boolean): Colours {
  const { red, yellow, green, dim, bold, cyan } = pico.createColors(wanted);
  return { bad: red, doubtful: yellow, good: green, faint: dim, strong: bold, hint: cyan };
}
