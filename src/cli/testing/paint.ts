import pico from 'picocolors';

/** What text looks like by what it is for. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

export function paintOf(colour: boolean): Paint {
  const { green, red, yellow, dim, bold } = pico.createColors(colour);
  return { good: green, bad: red, doubtful: yellow, faint: dim, strong: bold };
}
