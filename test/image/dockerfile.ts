/** One instruction of a Dockerfile. */
export interface Instruction {
  /** `FROM`, in upper case. */
  readonly name: string;
  readonly argument: string;
}

/** The instructions of each stage; what stands before the first FROM is with the first stage. */
export function instructionsOf(text: string): readonly (readonly Instruction[])[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const stages: Instruction[][] = [[]];
  for (const line of lines) {
    const [, name = '', argument = ''] = line.match(/^(\S+)\s*(.*)$/) ?? [];
    const current = stages.at(-1) ?? [];
    const isNext = name.toUpperCase() === 'FROM' && current.some((each) => each.name === 'FROM');
    if (isNext) stages.push([{ name: 'FROM', argument }]);
    else current.push({ name: name.toUpperCase(), argument });
  }
  return stages;
}
