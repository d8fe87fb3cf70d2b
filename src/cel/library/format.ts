import { daysInMonth } from '../../time/index.ts';
import { requestUrlProblem } from '../../url/index.ts';
import { codePoints, REGEX_LENGTH, TRAVERSAL } from '../cost-size.ts';
import type { FunctionDeclaration, Library } from '../declaration.ts';
import { listType, optionalType, STRING } from '../type.ts';
import { NONE, OpaqueValue, type OptionalValue, opaqueValueType, some } from '../value.ts';
import {
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
  withoutTrailingDash,
} from './names.ts';

const NAMED_FORMAT = opaqueValueType('kubernetes.NamedFormat');

type Validate = (text: string) => readonly string[];

/** A format as a value. */
export class FormatValue extends OpaqueValue {
  readonly type = NAMED_FORMAT;
  readonly name: string;
  readonly validate: Validate;
  /** What Kubernetes takes for the length of the format's regular expression when it counts cost. */
  readonly patternLength: number;

  constructor(name: string, patternLength: number, validate: Validate) {
    super();
    this.name = name;
    this.patternLength = patternLength;
    this.validate = validate;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && this.name === other.name;
  }

  describe(): string {
    return `format.${this.name}()`;
  }
}

const date = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
// One character of any kind before the fraction, as kube-openapi has it.
const time = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[^\n][0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/u;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

function isDate(text: string): boolean {
  const match = date.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** kube-openapi's reading of RFC 3339 (pkg/validation/strfmt/time.go): what follows a second `t` is not looked at. */
function isDateTime(text: string): boolean {
  const [day = '', clock = ''] = text.toLowerCase().split('t');
  const match = time.exec(clock);
  return (
    isDate(day) && match !== null && Number(match[1]) < 24 && Number(match[2]) < 60 && Number(match[3]) < 60
  );
}

const must =
  (holds: (text: string) => boolean, problem: string): Validate =>
  (text) =>
    holds(text) ? [] : [problem];

function uriProblems(text: string): readonly string[] {
  const problem = requestUrlProblem(text);
  return problem === undefined ? [] : [`\`${text}\` is not a URI: ${problem}`];
}

const ALL: readonly FormatValue[] = [
  new FormatValue('dns1123Label', 30, dns1123LabelProblems),
  new FormatValue('dns1123Subdomain', 60, dns1123SubdomainProblems),
  new FormatValue('dns1035Label', 30, dns1035LabelProblems),
  new FormatValue('qualifiedName', 60, qualifiedNameProblems),
  new FormatValue('dns1123LabelPrefix', 30, (text) => dns1123LabelProblems(withoutTrailingDash(text))),
  new FormatValue('dns1123SubdomainPrefix', 60, (text) =>
    dns1123SubdomainProblems(withoutTrailingDash(text)),
  ),
  new FormatValue('dns1035LabelPrefix', 30, (text) => dns1035LabelProblems(withoutTrailingDash(text))),
  new FormatValue('labelValue', 40, labelValueProblems),
  new FormatValue('uri', 1103, uriProblems),
  new FormatValue(
    'uuid',
    72,
    must((text) => uuid.test(text), 'does not match the UUID format'),
  ),
  new FormatValue(
    'byte',
    84,
    must((text) => base64.test(text), 'invalid base64'),
  ),
  new FormatValue('date', 71, must(isDate, 'invalid date')),
  new FormatValue('datetime', 71, must(isDateTime, 'invalid datetime')),
];

const byName = new Map(ALL.map((format) => [format.name, format]));

function named(name: string): OptionalValue {
  const format = byName.get(name);
  return format === undefined ? NONE : some(format);
}

function validate(format: FormatValue, text: string): OptionalValue {
  const problems = format.validate(text);
  return problems.length === 0 ? NONE : some(problems);
}

const validateCost = (_result: unknown, format: FormatValue, text: string): number =>
  Math.ceil((1 + codePoints(text)) * TRAVERSAL) * Math.ceil(format.patternLength * REGEX_LENGTH);

const constant = (format: FormatValue): FunctionDeclaration => ({
  name: `format.${format.name}`,
  member: false,
  overloads: [{ id: `format.${format.name}`, parameters: [], result: NAMED_FORMAT, call: () => format }],
});

/** Named formats (apiserver pkg/cel/library/format.go). */
export const FORMATS: Library = {
  name: 'format',
  since: '1.31',
  functions: [
    ...ALL.map(constant),
    {
      name: 'format.named',
      member: false,
      overloads: [
        { id: 'format-named', parameters: [STRING], result: optionalType(NAMED_FORMAT), call: named },
      ],
    },
    {
      name: 'validate',
      member: true,
      overloads: [
        {
          id: 'format-validate',
          parameters: [NAMED_FORMAT, STRING],
          result: optionalType(listType(STRING)),
          call: validate,
          cost: validateCost,
        },
      ],
    },
  ],
};
