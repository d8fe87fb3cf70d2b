import type { Expr, FieldInit, MapEntry, Problem } from './ast.ts';
import { lex } from './lexer.ts';
import {
  bytesLiteral,
  doubleLiteral,
  intLiteral,
  type LiteralResult,
  stringLiteral,
  uintLiteral,
} from './literal.ts';
import type { MacroSet } from './macros/macro.ts';
import { NodeFactory } from './node-factory.ts';
import type { TokenKind, Tokens } from './token.ts';

/** Bounds on what is parsed; the defaults are cel-go's (parser/options.go), which Kubernetes keeps. */
export interface ParseLimits {
  /** The longest source, in code points. */
  readonly size: number;
  /** How deep an expression may nest, counted as cel-go does. */
  readonly depth: number;
  /** How many problems are reported before the parser gives up. */
  readonly problems: number;
  /** Whether fields may be written in backticks; Kubernetes' environment does not enable that. */
  readonly backticks: boolean;
}

export const DEFAULT_LIMITS: ParseLimits = { size: 100_000, depth: 250, problems: 100, backticks: true };

export type ParseResult =
  | { readonly ok: true; readonly expr: Expr; readonly nodes: number }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Words that are tokens of other languages and may not name a variable or function (cel-go parser/parser.go). */
const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Whether a text can name a variable. */
export const isIdentifier = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) &&
  !RESERVED.has(text) &&
  !['true', 'false', 'null', 'in'].includes(text);

function isRelation(kind: TokenKind): boolean {
  switch (kind) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>=':
    case '>':
    case 'in':
      return true;
    default:
      return false;
  }
}

/** How closely an operator of arithmetic binds; 0 for anything else. */
function precedenceOf(kind: TokenKind): number {
  switch (kind) {
    case '+':
    case '-':
      return 1;
    case '*':
    case '/':
    case '%':
      return 2;
    default:
      return 0;
  }
}

/** Thrown to leave the parser at once; caught in `parse`. */
class Abort {}

// The grammar's recursive rules, whose nesting cel-go limits one by one.
const EXPR = 0;
const RELATION = 1;
const CALC = 2;
const MEMBER = 3;

/** Parses a source, expanding macros. All syntax errors are reported, the parser going on after each as best it can. */
export function parse(source: string, macros: MacroSet, limits: ParseLimits = DEFAULT_LIMITS): ParseResult {
  if (source.length > limits.size && [...source].length > limits.size) {
    const message = `the expression is longer than ${limits.size} characters`;
    return { ok: false, problems: [{ message, start: 0, end: source.length }] };
  }
  return new Parser(source, macros, limits).run();
}

class Parser {
  readonly #source: string;
  readonly #tokens: Tokens;
  readonly #macros: MacroSet;
  readonly #limits: ParseLimits;
  readonly #problems: Problem[];
  readonly #nodes = new NodeFactory();
  /** How many rules of each kind are open. */
  readonly #open = [0, 0, 0, 0];
  /** For each node, how deep operators nest in it. */
  readonly #depths: number[] = [];
  #at = 0;
  #lastProblem = -1;

  constructor(source: string, macros: MacroSet, limits: ParseLimits) {
    const { tokens, problems } = lex(source);
    this.#source = source;
    this.#tokens = tokens;
    this.#macros = macros;
    this.#limits = limits;
    this.#problems = problems;
  }

  run(): ParseResult {
    try {
      const expr = this.#expr();
      if (this.#kind() !== 'end') this.#unexpected('an operator or the end');
      if (this.#problems.length === 0) return { ok: true, expr, nodes: this.#nodes.count };
    } catch (abort) {
      if (!(abort instanceof Abort)) throw abort;
    }
    this.#problems.sort((a, b) => a.start - b.start);
    return { ok: false, problems: this.#problems };
  }

  #kind(ahead = 0): TokenKind {
    const at = this.#at + ahead;
    return at < this.#tokens.count ? (this.#tokens.kinds[at] as TokenKind) : 'end';
  }
  #start(): number {
    return this.#tokens.starts[this.#at] as number;
  }
  /** The end of the token before this one. */
  #previousEnd(): number {
    return this.#at === 0 ? 0 : (this.#tokens.ends[this.#at - 1] as number);
  }
  #next(): string {
    const text = this.#source.slice(this.#tokens.starts[this.#at], this.#tokens.ends[this.#at]);
    if (this.#kind() !== 'end') this.#at++;
    return text;
  }
  #accept(kind: TokenKind): boolean {
    if (this.#kind() !== kind) return false;
    this.#at++;
    return true;
  }

  #report(problem: Problem): void {
    this.#problems.push(problem);
    if (this.#problems.length >= this.#limits.problems) throw new Abort();
  }

  /** Reports the token at hand, once. */
  #unexpected(wanted: string): void {
    if (this.#lastProblem === this.#at) return;
    this.#lastProblem = this.#at;
    const start = this.#start();
    const end = this.#tokens.ends[this.#at] as number;
    const found = this.#kind() === 'end' ? 'the end' : `\`${this.#source.slice(start, end)}\``;
    const keyword = ['in', 'true', 'false', 'null'].includes(this.#kind());
    this.#report({
      message: `expected ${wanted} but found ${found}`,
      ...(keyword && { help: 'a field of this name is read in brackets: `object["in"]`' }),
      start,
      end,
    });
  }

  /** Consumes a closing bracket, or reports its absence and skips to it. */
  #close(closer: ')' | ']' | '}'): void {
    if (this.#accept(closer)) return;
    this.#unexpected(`\`${closer}\``);
    let nesting = 0;
    for (; this.#kind() !== 'end'; this.#at++) {
      const kind = this.#kind();
      if (kind === '(' || kind === '[' || kind === '{') nesting++;
      if (kind === ')' || kind === ']' || kind === '}') {
        if (nesting === 0) {
          if (kind === closer) this.#at++;
          return;
        }
        nesting--;
      }
    }
  }

  #enter(rule: number): void {
    this.#open[rule] = (this.#open[rule] as number) + 1;
    if ((this.#open[rule] as number) > this.#limits.depth) this.#tooDeep();
  }
  #leave(rule: number, times: number): void {
    this.#open[rule] = (this.#open[rule] as number) - times;
  }
  #tooDeep(): never {
    const start = this.#start();
    this.#problems.push({
      message: `the expression nests more than ${this.#limits.depth} deep`,
      start,
      end: this.#tokens.ends[this.#at] as number,
    });
    throw new Abort();
  }
  /** Notes that `expr` is an operator around `parts`, which may not nest too deep. */
  #nested(expr: Expr, first: Expr, second?: Expr, third?: Expr): Expr {
    let depth = this.#depths[first.id] ?? 0;
    if (second !== undefined) depth = Math.max(depth, this.#depths[second.id] ?? 0);
    if (third !== undefined) depth = Math.max(depth, this.#depths[third.id] ?? 0);
    return this.#deeper(expr, depth + 1);
  }
  #deeper(expr: Expr, depth: number): Expr {
    if (depth > this.#limits.depth) this.#tooDeep();
    this.#depths[expr.id] = depth;
    return expr;
  }
  /** The part in which operators nest deepest. */
  #deepest(parts: readonly Expr[]): Expr {
    return parts.reduce((a, b) => ((this.#depths[b.id] ?? 0) > (this.#depths[a.id] ?? 0) ? b : a));
  }
  /** Notes how deep operators nest in a node that is no operator itself. */
  #flat(expr: Expr, parts: readonly Expr[]): Expr {
    let depth = 0;
    for (const part of parts) {
      const inner = this.#depths[part.id] ?? 0;
      if (inner > depth) depth = inner;
    }
    if (depth > 0) this.#depths[expr.id] = depth;
    return expr;
  }

  #expr(): Expr {
    this.#enter(EXPR);
    let expr = this.#or();
    if (this.#accept('?')) {
      const yes = this.#or();
      if (!this.#accept(':')) this.#unexpected('`:`');
      const no = this.#expr();
      const call = this.#nodes.call(expr.start, no.end, '_?_:_', [expr, yes, no]);
      expr = this.#nested(call, expr, yes, no);
    }
    this.#leave(EXPR, 1);
    return expr;
  }

  #or(): Expr {
    const first = this.#and();
    if (this.#kind() !== '||') return first;
    const terms = [first];
    while (this.#accept('||')) terms.push(this.#and());
    const last = terms[terms.length - 1] as Expr;
    return this.#flat(this.#nodes.call(first.start, last.end, '_||_', terms), terms);
  }

  #and(): Expr {
    const first = this.#relation();
    if (this.#kind() !== '&&') return first;
    const terms = [first];
    while (this.#accept('&&')) terms.push(this.#relation());
    const last = terms[terms.length - 1] as Expr;
    return this.#flat(this.#nodes.call(first.start, last.end, '_&&_', terms), terms);
  }

  #relation(): Expr {
    let entered = 1;
    this.#enter(RELATION);
    let left = this.#calc(1);
    while (isRelation(this.#kind())) {
      entered++;
      this.#enter(RELATION);
      const operator = this.#kind();
      this.#at++;
      this.#enter(RELATION);
      const right = this.#calc(1);
      this.#leave(RELATION, 1);
      const name = operator === 'in' ? '@in' : `_${operator}_`;
      left = this.#nested(this.#nodes.call(left.start, right.end, name, [left, right]), left, right);
    }
    this.#leave(RELATION, entered);
    return left;
  }

  #calc(minimum: number): Expr {
    let entered = 1;
    this.#enter(CALC);
    let left = this.#unary();
    for (;;) {
      const precedence = precedenceOf(this.#kind());
      if (precedence < minimum) break;
      entered++;
      this.#enter(CALC);
      const operator = this.#kind();
      this.#at++;
      const right = this.#calc(precedence + 1);
      left = this.#nested(
        this.#nodes.call(left.start, right.end, `_${operator}_`, [left, right]),
        left,
        right,
      );
    }
    this.#leave(CALC, entered);
    return left;
  }

  #unary(): Expr {
    const operator = this.#kind();
    if (operator !== '!' && operator !== '-') return this.#member();
    if (operator === '-' && (this.#kind(1) === 'int' || this.#kind(1) === 'double')) return this.#member();
    const start = this.#start();
    let count = 0;
    while (this.#accept(operator)) count++;
    const operand = this.#member();
    if (count % 2 === 0) return operand;
    const name = operator === '!' ? '!_' : '-_';
    return this.#flat(this.#nodes.call(start, operand.end, name, [operand]), [operand]);
  }

  #member(): Expr {
    let entered = 1;
    this.#enter(MEMBER);
    let expr = this.#primary();
    for (;;) {
      const kind = this.#kind();
      if (kind === '.') {
        entered++;
        this.#enter(MEMBER);
        expr = this.#dot(expr);
      } else if (kind === '[') {
        entered++;
        this.#enter(MEMBER);
        this.#at++;
        const optional = this.#accept('?');
        const index = this.#expr();
        this.#close(']');
        const call = this.#nodes.call(expr.start, this.#previousEnd(), optional ? '_[?_]' : '_[_]', [
          expr,
          index,
        ]);
        expr = this.#nested(call, expr, index);
      } else {
        break;
      }
    }
    this.#leave(MEMBER, entered);
    return expr;
  }

  /** What follows a dot: a field, an optional field, a call. */
  #dot(operand: Expr): Expr {
    this.#at++;
    const optional = this.#accept('?');
    const kind = this.#kind();
    if (kind === 'escaped' && !this.#limits.backticks) {
      const help = `write it in brackets: \`["${this.#source.slice(this.#start() + 1, (this.#tokens.ends[this.#at] as number) - 1)}"]\``;
      this.#report({
        message: 'Kubernetes does not take names in backticks',
        help,
        start: this.#start(),
        end: this.#tokens.ends[this.#at] as number,
      });
    }
    if (kind !== 'identifier' && kind !== 'escaped') {
      this.#unexpected('a field name');
      if (!['end', ')', ']', '}', ',', ':', '?'].includes(kind)) this.#at++;
      return operand;
    }
    const nameStart = this.#start();
    const text = this.#next();
    const name = kind === 'escaped' ? text.slice(1, -1) : text;
    const end = this.#previousEnd();
    if (optional) {
      const field = this.#nodes.literal(nameStart, end, name);
      const call = this.#nodes.call(operand.start, end, '_?._', [operand, field]);
      return this.#nested(call, operand);
    }
    if (kind === 'identifier' && this.#accept('(')) {
      const args = this.#arguments();
      const call = this.#callOrMacro(operand.start, this.#previousEnd(), name, operand, args);
      return this.#nested(call, operand, args.length === 0 ? undefined : this.#deepest(args));
    }
    return this.#nested(this.#nodes.select(operand.start, end, operand, name, false), operand);
  }

  /** The arguments of a call up to and with its closing parenthesis. */
  #arguments(): Expr[] {
    const args: Expr[] = [];
    if (!this.#accept(')')) {
      do args.push(this.#expr());
      while (this.#accept(','));
      this.#close(')');
    }
    return args;
  }

  #callOrMacro(start: number, end: number, name: string, target: Expr | undefined, args: Expr[]): Expr {
    const macro = this.#macros.find(name, target !== undefined, args.length);
    if (macro === undefined) return this.#nodes.call(start, end, name, args, target);
    const expanded = macro({ start, end, target, args, nodes: this.#nodes });
    if ('kind' in expanded) return expanded;
    this.#report(expanded);
    return this.#nodes.literal(start, end, null);
  }

  #primary(): Expr {
    const start = this.#start();
    const kind = this.#kind();
    switch (kind) {
      case 'identifier':
      case '.':
        return this.#identifier(start);
      case '(': {
        this.#at++;
        const inner = this.#expr();
        this.#close(')');
        return inner;
      }
      case '[':
        return this.#list(start);
      case '{':
        return this.#map(start);
      case '-':
        this.#at++;
        if (this.#kind() === 'int') return this.#literal(start, intLiteral(this.#next(), true));
        if (this.#kind() === 'double') return this.#literal(start, doubleLiteral(this.#next(), true));
        break;
      case 'int':
        return this.#literal(start, intLiteral(this.#next(), false));
      case 'uint':
        return this.#literal(start, uintLiteral(this.#next()));
      case 'double':
        return this.#literal(start, doubleLiteral(this.#next(), false));
      case 'string':
        return this.#literal(start, stringLiteral(this.#next()));
      case 'bytes':
        return this.#literal(start, bytesLiteral(this.#next()));
      case 'true':
      case 'false':
        this.#at++;
        return this.#literal(start, { value: kind === 'true' });
      case 'invalid':
      case 'null':
        this.#at++;
        return this.#literal(start, { value: null });
      default:
        break;
    }
    this.#unexpected('a value');
    if (!['end', ')', ']', '}', ','].includes(this.#kind())) this.#at++;
    return this.#nodes.literal(start, start, null);
  }

  #literal(start: number, result: LiteralResult): Expr {
    const end = this.#previousEnd();
    if ('value' in result) return this.#nodes.literal(start, end, result.value);
    this.#report({ message: result.message, start, end });
    return this.#nodes.literal(start, end, null);
  }

  /** A variable, a call of a function, or a message, which is only known for one at its brace. */
  #identifier(start: number): Expr {
    const dotted = this.#accept('.');
    if (this.#kind() !== 'identifier') {
      this.#unexpected('a name');
      return this.#nodes.literal(start, start, null);
    }
    const name = this.#next();
    const message = this.#messageName(dotted ? `.${name}` : name);
    if (message !== undefined) return this.#message(start, message);
    if (RESERVED.has(name)) {
      const help = `a field of this name is read from its object: \`object.${name}\``;
      this.#report({ message: `\`${name}\` is a reserved word`, help, start, end: this.#previousEnd() });
    }
    const full = dotted ? `.${name}` : name;
    if (!this.#accept('(')) return this.#nodes.ident(start, this.#previousEnd(), full);
    const args = this.#arguments();
    return this.#flat(this.#callOrMacro(start, this.#previousEnd(), full, undefined, args), args);
  }

  /** `a.b.C` where a brace follows it; the tokens are consumed up to the brace. */
  #messageName(first: string): string | undefined {
    let ahead = 0;
    while (this.#kind(ahead) === '.' && this.#kind(ahead + 1) === 'identifier') ahead += 2;
    if (this.#kind(ahead) !== '{') return undefined;
    let name = first;
    for (; ahead > 0; ahead--) name += this.#next();
    this.#at++;
    return name;
  }

  #message(start: number, name: string): Expr {
    const fields: FieldInit[] = [];
    while (this.#kind() !== '}' && this.#kind() !== 'end') {
      if (this.#kind() === ',' && this.#kind(1) === '}') {
        this.#at++;
        break;
      }
      const optional = this.#accept('?');
      const kind = this.#kind();
      if (kind !== 'identifier' && kind !== 'escaped') {
        this.#unexpected('a field name');
        break;
      }
      const fieldStart = this.#start();
      const text = this.#next();
      const field = kind === 'escaped' ? text.slice(1, -1) : text;
      if (!this.#accept(':')) this.#unexpected('`:`');
      const value = this.#expr();
      fields.push({ name: field, value, optional, start: fieldStart, end: value.end });
      if (this.#kind() !== '}' && !this.#accept(',')) break;
    }
    this.#close('}');
    return this.#flat(
      this.#nodes.struct(start, this.#previousEnd(), name, fields),
      fields.map((field) => field.value),
    );
  }

  #list(start: number): Expr {
    this.#at++;
    const elements: Expr[] = [];
    const optional: boolean[] = [];
    while (this.#kind() !== ']' && this.#kind() !== 'end') {
      if (this.#kind() === ',' && this.#kind(1) === ']') {
        this.#at++;
        break;
      }
      optional.push(this.#accept('?'));
      elements.push(this.#expr());
      if (this.#kind() !== ']' && !this.#accept(',')) break;
    }
    this.#close(']');
    const list = this.#nodes.list(
      start,
      this.#previousEnd(),
      elements,
      optional.includes(true) ? optional : undefined,
    );
    return this.#flat(list, elements);
  }

  #map(start: number): Expr {
    this.#at++;
    const entries: MapEntry[] = [];
    while (this.#kind() !== '}' && this.#kind() !== 'end') {
      if (this.#kind() === ',' && this.#kind(1) === '}') {
        this.#at++;
        break;
      }
      const optional = this.#accept('?');
      const key = this.#expr();
      if (!this.#accept(':')) {
        this.#unexpected('`:`');
        break;
      }
      entries.push({ key, value: this.#expr(), optional });
      if (this.#kind() !== '}' && !this.#accept(',')) break;
    }
    this.#close('}');
    const map = this.#nodes.map(start, this.#previousEnd(), entries);
    return this.#flat(
      map,
      entries.flatMap((entry) => [entry.key, entry.value]),
    );
  }
}
