/** Icons of the extension. */
import { LabIcon } from '@jupyterlab/ui-components';

export const promoteIcon = new LabIcon({
  name: 'jupyterlab-promote:promote',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3 jp-icon-selectable" fill="#616161"><circle cx="5.500" cy="5.500" r="3.500"/><circle cx="5.500" cy="18.500" r="3.500"/><circle cx="18.500" cy="12" r="3.500"/><path d="M4.600 8h1.800v8H4.600zM7 7.500l.8-1.600 8.700 4.600-.8 1.600zM7 16.500l.8 1.600 8.700-4.600-.8-1.600z"/></g></svg>'
});
