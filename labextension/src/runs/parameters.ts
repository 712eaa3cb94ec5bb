/** Values of parameters as people type them. Pure. */
import type { Parameter } from '../api/_generated';

/** A value that fits its parameter. */
export interface IParsed {
  readonly value: unknown;
}

/** The value in a text; null when it does not fit the parameter's type. */
export function parseParameter(
  parameter: Parameter,
  text: string
): IParsed | null {
  switch (parameter.type) {
    case 'int':
      return /^\s*[+-]?[0-9]+\s*$/.test(text) ? { value: Number(text) } : null;
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text))
        ? { value: Number(text) }
        : null;
    case 'bool':
      return ['true', 'false'].includes(text.trim().toLowerCase())
        ? { value: text.trim().toLowerCase() === 'true' }
        : null;
    case 'list':
      return json(text, Array.isArray);
    case 'dict':
      return json(
        text,
        value =>
          typeof value === 'object' && value !== null && !Array.isArray(value)
      );
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !isNaN(Date.parse(text))
        ? { value: text }
        : null;
    case 'datetime':
      return isNaN(Date.parse(text)) ? null : { value: text };
    case 'enum': {
      const choice = parameter.choices.find(found => String(found) === text);
      return choice === undefined ? null : { value: choice };
    }
    case 'none':
      return json(text, () => true) ?? { value: text };
    case 'str':
      return { value: text };
  }
}

/** The default as it is shown in an empty field. */
export function parameterText(parameter: Parameter): string {
  const { default: value } = parameter;
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Whether each text fits its parameter, and each parameter that needs one has a text. */
export function areComplete(
  parameters: readonly Parameter[],
  texts: Readonly<Record<string, string>>
): boolean {
  return parameters.every(parameter => {
    const text = texts[parameter.name] ?? '';
    return text === ''
      ? !parameter.required
      : parseParameter(parameter, text) !== null;
  });
}

/** The values that a person typed; parameters without a text that fits keep their defaults. */
export function typedValues(
  parameters: readonly Parameter[],
  texts: Readonly<Record<string, string>>
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const text = texts[parameter.name];
    const parsed = text ? parseParameter(parameter, text) : null;
    if (parsed) {
      values[parameter.name] = parsed.value;
    }
  }
  return values;
}

function json(text: string, fits: (value: unknown) => boolean): IParsed | null {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? { value } : null;
  } catch {
    return null;
  }
}
