/** Fields for the values of a run's parameters, each checked as one types. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Parameter } from '../api/_generated';
import { Field } from '../ui/field';
import { useTrans } from '../ui/react';
import { parameterText, parseParameter } from './parameters';

export function ParameterFields(props: {
  /** Begins the id of each field. */
  id: string;
  parameters: readonly Parameter[];
  /** What was typed, also where it does not fit. */
  texts: Readonly<Record<string, string>>;
  change: (texts: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  const trans = useTrans();
  const { id, parameters, texts, change } = props;
  return (
    <>
      {parameters.map(parameter => (
        <Field
          key={parameter.name}
          id={`${id}-${parameter.name}`}
          label={parameterLabel(parameter)}
          placeholder={parameterText(parameter)}
          value={texts[parameter.name] ?? ''}
          suggestions={suggestionsOf(parameter)}
          check={text => misfit(trans, parameter, text)}
          everyText
          onChange={text => change({ ...texts, [parameter.name]: text })}
        />
      ))}
    </>
  );
}

/** The name, with the type where that says how the value is written. */
export function parameterLabel({ name, type }: Parameter): string {
  return type === 'none' || type === 'enum' ? name : `${name} (${type})`;
}

function suggestionsOf(parameter: Parameter): readonly string[] | undefined {
  if (parameter.type === 'bool') {
    return ['true', 'false'];
  }
  return parameter.choices.length > 0
    ? parameter.choices.map(String)
    : undefined;
}

/** What has to be written instead of a text; empty where the text fits, and where the default is kept. */
export function misfit(
  trans: TranslationBundle,
  parameter: Parameter,
  text: string
): string {
  return text === '' || parseParameter(parameter, text)
    ? ''
    : wanted(trans, parameter);
}

function wanted(trans: TranslationBundle, parameter: Parameter): string {
  switch (parameter.type) {
    case 'int':
      return trans.__('Write a whole number.');
    case 'float':
      return trans.__('Write a number.');
    case 'bool':
      return trans.__('Write true or false.');
    case 'list':
      return trans.__('Write a list, such as [1, 2].');
    case 'dict':
      return trans.__('Write a dictionary, such as {"a": 1}.');
    case 'date':
      return trans.__('Write a day, such as 2026-01-31.');
    case 'datetime':
      return trans.__('Write a moment, such as 2026-01-31T14:00.');
    case 'enum':
      return trans.__('One of: %1', parameter.choices.map(String).join(', '));
    case 'none':
    case 'str':
      return '';
  }
}
