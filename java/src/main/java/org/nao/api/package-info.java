/**
 * What other programs call: searches, trainings, evaluations and model files. This package keeps
 * its names from version to version; of others, only what its methods take and return does.
 */
package org.nao.api;
