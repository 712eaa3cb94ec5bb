/** One setting of a step in the form: a field, a group of them, a switch. */
import type { PartialJSONValue } from '@lumino/coreutils';
import * as React from 'react';
import type { ClusterOffer } from '../api/_generated';
import { Field } from '../ui/field';
import { useTrans } from '../ui/react';
import { parseBytes } from '../ui/units';
import type { PipelineModel } from './model';
import type { IFieldGroup, ISettingField } from './setting-fields';
import { settingAt, type SettingPath, stepSetting } from './settings';

export interface IStepProps {
  model: PipelineModel;
  step: string;
}

/** Fields that stand together; open where one of them is used or asked for. */
export function FieldGroup(
  props: IStepProps & { group: IFieldGroup }
): JSX.Element {
  const { model, step, group } = props;
  const inUse = group.fields.some(
    field => valueOf(model, step, field.path) !== undefined
  );
  const [opened, setOpened] = React.useState(inUse);
  if (!opened && group.fields.some(({ key }) => key === model.form.wanted)) {
    setOpened(true);
  }
  return (
    <details
      className="jp-Promote-settingGroup"
      data-key={group.key}
      open={opened}
      onToggle={event => setOpened(event.currentTarget.open)}
    >
      <summary>{group.title}</summary>
      <div className="jp-Promote-form">
        {group.fields.map(field => (
          <SettingField
            key={field.key}
            model={model}
            step={step}
            field={field}
            offer={null}
          />
        ))}
      </div>
    </details>
  );
}

/** A field of the form, checked as one types. */
export function SettingField(
  props: IStepProps & { field: ISettingField; offer: ClusterOffer | null }
): JSX.Element {
  const trans = useTrans();
  const { model, step, field, offer } = props;
  const value = valueOf(model, step, field.path);
  const onWrong = useWrong(model, `${step}: ${field.label}`);
  const tooMuch =
    offer !== null && exceeds(offer, field.key, value)
      ? field.key === 'memory'
        ? trans.__('No node of the cluster has that much now.')
        : trans.__('No node of the cluster has that many now.')
      : '';
  return (
    <Field
      id={fieldId(step, field.key)}
      label={field.label}
      placeholder={field.placeholder}
      value={value === undefined ? '' : field.write(value)}
      suggestions={field.suggestions}
      lines={field.lines}
      error={tooMuch}
      check={text => (text.trim() === '' ? '' : field.check(text))}
      onWrong={onWrong}
      onChange={text =>
        write(model, step, field, text.trim() === '' ? null : text)
      }
    />
  );
}

/** A setting that is on or off. */
export function SwitchField(
  props: IStepProps & { setting: string; label: string }
): JSX.Element {
  const { model, step, setting } = props;
  const id = fieldId(step, setting);
  return (
    <div className="jp-Promote-check">
      <input
        id={id}
        type="checkbox"
        checked={valueOf(model, step, [setting]) === true}
        onChange={event =>
          model.set(
            ['steps', step, setting],
            event.target.checked ? true : undefined
          )
        }
      />
      <label htmlFor={id}>{props.label}</label>
    </div>
  );
}

/** What tells the notebook's model that a field, by its name, holds a wrong text. */
export function useWrong(
  model: PipelineModel,
  name: string
): (wrong: boolean) => void {
  return React.useCallback(
    wrong => model.form.mark(name, wrong),
    [model, name]
  );
}

/** Id of the element of a field. */
export function fieldId(step: string, key: string): string {
  return `jp-Promote-${step}-${key}`;
}

function exceeds(
  offer: ClusterOffer,
  key: string,
  value: PartialJSONValue | undefined
): boolean {
  const { cpus = null, gpus = null, memory = null } = offer;
  const most = new Map([
    ['cpus', cpus],
    ['gpus', gpus],
    ['memory', memory]
  ]).get(key);
  const asked = typeof value === 'string' ? parseBytes(value) : value;
  return typeof asked === 'number' && typeof most === 'number' && asked > most;
}

/** What is set for the step, or for all steps. */
export function valueOf(
  model: PipelineModel,
  step: string,
  path: SettingPath
): PartialJSONValue | undefined {
  return stepSetting(model.settings, step, path) ?? undefined;
}

/** A list to map over needs a name for its elements, and without the list nothing is mapped. */
function write(
  model: PipelineModel,
  step: string,
  field: ISettingField,
  text: string | null
): void {
  const at = ['steps', step, ...field.path];
  if (field.key !== 'over') {
    model.set(at, text === null ? undefined : field.read(text));
    return;
  }
  const mapping = ['steps', step, 'map_over'];
  const item = settingAt(model.settings, [...mapping, 'item']) ?? 'item';
  if (text === null) {
    model.set(mapping, undefined);
  } else {
    model.set(at, field.read(text));
    model.set([...mapping, 'item'], item);
  }
}
