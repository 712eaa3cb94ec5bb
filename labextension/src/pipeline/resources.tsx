/** What a step needs: the form, checked as one types. */
import type { PartialJSONValue } from '@lumino/coreutils';
import * as React from 'react';
import type { ClusterOffer, Resources } from '../api/_generated';
import type { RunsModel } from '../runs/model';
import { Field } from '../ui/field';
import { useChanges, useTrans } from '../ui/react';
import { formatBytes } from '../ui/units';
import { peakOf } from './last-runs';
import type { PipelineModel } from './model';
import {
  furtherFields,
  type IFieldGroup,
  type ISettingField,
  resourceFields
} from './setting-fields';
import { settingAt, type SettingPath, stepSetting } from './settings';

interface IStepProps {
  model: PipelineModel;
  step: string;
}

/** Resources in a few words: `2 CPU · 1 GPU · 4 GiB`. */
export function resourceSummary(resources: Resources): string {
  const parts = [`${resources.cpus} CPU`];
  if (resources.gpus > 0) {
    const kind = resources.accelerator ? ` ${resources.accelerator}` : '';
    parts.push(`${resources.gpus} GPU${kind}`);
  }
  if (resources.memory !== null) {
    parts.push(formatBytes(resources.memory));
  }
  return parts.join(' · ');
}

export function ResourcesForm(
  props: IStepProps & { runs: RunsModel }
): JSX.Element {
  const trans = useTrans();
  const { model, step, runs } = props;
  const offer = useOffer(model);
  return (
    <div
      className="jp-Promote-settings"
      role="group"
      aria-label={trans.__('Settings of %1', step)}
    >
      <div className="jp-Promote-form">
        {resourceFields(trans).map(field => (
          <SettingField
            key={field.key}
            model={model}
            step={step}
            field={field}
            offer={offer}
          />
        ))}
      </div>
      {offer !== null && offer.cpus !== null && (
        <p className="jp-Promote-note">
          {trans.__('Largest node: %1', offerText(offer))}
        </p>
      )}
      <PeakHint model={model} step={step} runs={runs} />
      <CacheBox model={model} step={step} />
      {furtherFields(trans).map(group => (
        <FieldGroup key={group.key} model={model} step={step} group={group} />
      ))}
    </div>
  );
}

function FieldGroup(props: IStepProps & { group: IFieldGroup }): JSX.Element {
  const { model, step, group } = props;
  const inUse = group.fields.some(
    field => valueOf(model, step, field.path) !== undefined
  );
  const [initially] = React.useState(inUse);
  return (
    <details
      className="jp-Promote-settingGroup"
      data-key={group.key}
      open={initially}
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

function SettingField(
  props: IStepProps & { field: ISettingField; offer: ClusterOffer | null }
): JSX.Element {
  const trans = useTrans();
  const { model, step, field, offer } = props;
  const value = valueOf(model, step, field.path);
  const tooMuch =
    offer !== null && exceeds(offer, field.key, value)
      ? trans.__('No node of the cluster has that many now.')
      : '';
  return (
    <Field
      id={`jp-Promote-${step}-${field.key}`}
      label={field.label}
      placeholder={field.placeholder}
      value={value === undefined ? '' : field.write(value)}
      suggestions={field.suggestions}
      lines={field.lines}
      error={tooMuch}
      check={text => (text.trim() === '' ? '' : field.check(text))}
      onChange={text =>
        write(model, step, field, text.trim() === '' ? null : text)
      }
    />
  );
}

function CacheBox(props: IStepProps): JSX.Element {
  const trans = useTrans();
  const { model, step } = props;
  const id = `jp-Promote-${step}-cache`;
  return (
    <div className="jp-Promote-check">
      <input
        id={id}
        type="checkbox"
        checked={valueOf(model, step, ['cache']) === true}
        onChange={event =>
          model.set(
            ['steps', step, 'cache'],
            event.target.checked ? true : undefined
          )
        }
      />
      <label htmlFor={id}>
        {trans.__('Cache: take the last result while nothing changed')}
      </label>
    </div>
  );
}

/** The peak of the last runs, with the click that asks for it. */
function PeakHint(props: IStepProps & { runs: RunsModel }): JSX.Element | null {
  const trans = useTrans();
  const { model, step, runs } = props;
  useChanges(runs);
  const peak = peakOf(runs.runs, step);
  if (peak === null) {
    return null;
  }
  const asked = formatBytes(peak.suggestion);
  return (
    <p className="jp-Promote-note jp-Promote-peak">
      {trans._n(
        'The last run used %2.',
        'The last %1 runs used at most %2.',
        peak.runs,
        formatBytes(peak.peak)
      )}{' '}
      {valueOf(model, step, ['resources', 'memory']) !== asked && (
        <button
          type="button"
          className="jp-Promote-link"
          onClick={() =>
            model.set(['steps', step, 'resources', 'memory'], asked)
          }
        >
          {trans.__('Ask for %1', asked)}
        </button>
      )}
    </p>
  );
}

/** What the largest node has; null before it is known and when it cannot be. */
function useOffer(model: PipelineModel): ClusterOffer | null {
  const [offer, setOffer] = React.useState<ClusterOffer | null>(null);
  React.useEffect(() => {
    let gone = false;
    model.cluster().then(
      answer => gone || setOffer(answer),
      () => undefined
    );
    return () => {
      gone = true;
    };
  }, [model]);
  return offer;
}

function offerText(offer: ClusterOffer): string {
  const parts = [`${offer.cpus ?? 0} CPU`];
  if (offer.memory !== null) {
    parts.push(formatBytes(offer.memory));
  }
  if (offer.gpus) {
    parts.push(`${offer.gpus} ${offer.accelerator || 'GPU'}`);
  }
  return parts.join(', ');
}

function exceeds(
  offer: ClusterOffer,
  key: string,
  value: PartialJSONValue | undefined
): boolean {
  const most = key === 'cpus' ? offer.cpus : key === 'gpus' ? offer.gpus : null;
  return typeof value === 'number' && most !== null && value > most;
}

function valueOf(
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
