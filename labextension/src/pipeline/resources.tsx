/** What a step needs: the form, checked as one types. */
import * as React from 'react';
import type { ClusterOffer, Resources } from '../api/_generated';
import type { RunsModel } from '../runs/model';
import { Act } from '../ui/button';
import { useChanges, useTrans } from '../ui/react';
import { formatBytes } from '../ui/units';
import { peakOf } from './last-runs';
import type { PipelineModel } from './model';
import {
  FieldGroup,
  fieldId,
  type IStepProps,
  SettingField,
  SwitchField,
  valueOf
} from './setting-field';
import { furtherFields, resourceFields } from './setting-fields';

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
  useWantedField(model, step);
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
          {trans.__('A node has at most %1', offerText(offer))}
        </p>
      )}
      <PeakHint model={model} step={step} runs={runs} />
      <SwitchField
        model={model}
        step={step}
        setting="cache"
        label={trans.__('Cache: take the last result while nothing changed')}
      />
      <SwitchField
        model={model}
        step={step}
        setting="strict_packages"
        label={trans.__('Fail if packages differ from those at publish')}
      />
      {furtherFields(trans).map(group => (
        <FieldGroup key={group.key} model={model} step={step} group={group} />
      ))}
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
        <Act
          look="link"
          onClick={() =>
            model.set(['steps', step, 'resources', 'memory'], asked)
          }
        >
          {trans.__('Ask for %1', asked)}
        </Act>
      )}
    </p>
  );
}

/** Give the focus to the field that a fix is about. */
function useWantedField(model: PipelineModel, step: string): void {
  const { wanted } = model.form;
  React.useEffect(() => {
    if (wanted !== null && model.form.open === step) {
      const field = document.getElementById(fieldId(step, wanted));
      field?.focus();
      // With room around it: what arrives later, such as what a node has, moves it.
      field?.scrollIntoView({ block: 'center' });
      model.form.fieldShown();
    }
  }, [model, step, wanted]);
}

/** The most that a node has; null before it is known and when it cannot be. */
function useOffer(model: PipelineModel): ClusterOffer | null {
  const [offer, setOffer] = React.useState<ClusterOffer | null>(null);
  React.useEffect(() => {
    let gone = false;
    model.api.cluster().then(
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
