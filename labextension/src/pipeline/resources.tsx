/** What a step needs: the form, checked as one types. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';
import * as React from 'react';
import type { Resources } from '../api/_generated';
import { Field } from '../ui/field';
import { useTrans } from '../ui/react';
import {
  formatBytes,
  parseBytes,
  parseDuration,
  writeDuration
} from '../ui/units';
import type { PipelineModel } from './model';
import { type SettingPath, stepSetting } from './settings';

const ACCELERATORS = ['A100', 'H100', 'L4', 'T4', 'V100', 'A10G'];

/** One field of the form: where its value lies and how it is written and read. */
interface ISettingField {
  readonly key: string;
  readonly label: string;
  readonly path: SettingPath;
  readonly placeholder: string;
  readonly check: (text: string) => string;
  readonly read: (text: string) => PartialJSONValue;
  readonly write?: (value: PartialJSONValue) => string;
  readonly suggestions?: readonly string[];
}

/** Resources in a few words: `2 CPU · 1 GPU · 4 GiB`. */
export function resourceSummary(resources: Resources): string {
  const parts = [`${resources.cpus} CPU`];
  if (resources.gpus > 0) {
    parts.push(`${resources.gpus} GPU`);
  }
  if (resources.memory !== null) {
    parts.push(formatBytes(resources.memory));
  }
  return parts.join(' · ');
}

export function ResourcesForm(props: {
  model: PipelineModel;
  step: string;
}): JSX.Element {
  const trans = useTrans();
  const { model, step } = props;
  return (
    <div
      className="jp-Promote-form"
      role="group"
      aria-label={trans.__('Settings of %1', step)}
    >
      {settingFields(trans).map(field => {
        const value = stepSetting(model.settings, step, field.path);
        return (
          <Field
            key={`${step}-${field.key}`}
            id={`jp-Promote-${step}-${field.key}`}
            label={field.label}
            placeholder={field.placeholder}
            value={
              value === undefined || value === null
                ? ''
                : (field.write?.(value) ?? String(value))
            }
            suggestions={field.suggestions}
            check={text => (text.trim() === '' ? '' : field.check(text))}
            onChange={text =>
              model.set(
                ['steps', step, ...field.path],
                text.trim() === '' ? undefined : field.read(text)
              )
            }
          />
        );
      })}
    </div>
  );
}

function settingFields(trans: TranslationBundle): ISettingField[] {
  const number = (low: number, high: number, whole: boolean) => ({
    check: (text: string): string => {
      const value = Number(text);
      return Number.isFinite(value) &&
        value >= low &&
        value <= high &&
        (!whole || Number.isInteger(value))
        ? ''
        : whole
          ? trans.__('A whole number from %1 to %2.', low, high)
          : trans.__('A number from %1 to %2.', low, high);
    },
    read: (text: string): PartialJSONValue => Number(text)
  });
  const time = {
    check: (text: string): string =>
      parseDuration(text) === null
        ? trans.__('Write for example 90s, 30m or 2h.')
        : '',
    read: (text: string): PartialJSONValue => parseDuration(text),
    write: (value: PartialJSONValue): string =>
      typeof value === 'number' ? writeDuration(value) : String(value)
  };
  return [
    {
      key: 'cpus',
      label: trans.__('CPUs'),
      path: ['resources', 'cpus'],
      placeholder: '1',
      ...number(0, 100_000, false)
    },
    {
      key: 'gpus',
      label: trans.__('GPUs'),
      path: ['resources', 'gpus'],
      placeholder: '0',
      ...number(0, 10_000, false)
    },
    {
      key: 'memory',
      label: trans.__('Memory'),
      path: ['resources', 'memory'],
      placeholder: trans.__('no limit'),
      check: text =>
        parseBytes(text) === null
          ? trans.__('Write for example 4 GB or 512 MiB.')
          : '',
      read: text => text.trim(),
      write: value =>
        typeof value === 'number' ? formatBytes(value) : String(value)
    },
    {
      key: 'accelerator',
      label: trans.__('Accelerator'),
      path: ['resources', 'accelerator'],
      placeholder: trans.__('any'),
      suggestions: ACCELERATORS,
      check: text =>
        text.length > 100 ? trans.__('At most 100 letters.') : '',
      read: text => text.trim()
    },
    {
      key: 'timeout',
      label: trans.__('Timeout'),
      path: ['timeout'],
      placeholder: trans.__('none'),
      ...time
    },
    {
      key: 'retries',
      label: trans.__('Retries'),
      path: ['retries'],
      placeholder: '0',
      ...number(0, 100, true)
    }
  ];
}
