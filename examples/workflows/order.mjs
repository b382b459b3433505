/**
 * An order: what is ordered is put aside until it is paid for, for three days at most.
 *
 * @type {import('@dureq/types').WorkflowDefinition}
 */
export const order = {
  name: 'order',
  tasks: [
    { name: 'reserve', taskType: 'stock.reserve' },
    {
      name: 'payment',
      type: 'wait',
      signal: 'paid',
      timeout: '72h',
      dependsOn: ['reserve'],
      conditionRoutes: { 0: 'ship', 1: 'release' },
    },
    { name: 'ship', taskType: 'parcel.ship', dependsOn: ['payment'], resultFrom: 'payment' },
    { name: 'release', taskType: 'stock.release', dependsOn: ['payment'] },
  ],
}
