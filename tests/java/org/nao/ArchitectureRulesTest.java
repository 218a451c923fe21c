package org.nao;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Locale;
import org.nao.run.AtomicFiles;

/** Imports point one way: api and cli, study, search, what trains, what runs, the space. */
@AnalyzeClasses(packages = "org.nao", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureRulesTest {
  @ArchTest
  static final ArchRule importsPointDownwards =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("api")
          .definedBy("org.nao.api..")
          .layer("cli")
          .definedBy("org.nao.cli..")
          .layer("page")
          .definedBy("org.nao.page..")
          .layer("bench")
          .definedBy("org.nao.bench..")
          .layer("study")
          .definedBy("org.nao.study..")
          .layer("search")
          .definedBy("org.nao.search..")
          .layer("train")
          .definedBy("org.nao.train..")
          .layer("export")
          .definedBy("org.nao.export..")
          .layer("model")
          .definedBy("org.nao.model..")
          .layer("controller")
          .definedBy("org.nao.controller..")
          .layer("estimate")
          .definedBy("org.nao.estimate..")
          .layer("supernet")
          .definedBy("org.nao.supernet..")
          .layer("training")
          .definedBy("org.nao.training..")
          .layer("network")
          .definedBy("org.nao.network..")
          .layer("engine")
          .definedBy("org.nao.engine..")
          .whereLayer("api")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("page")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("bench")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("study")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("api", "cli", "page")
          .whereLayer("export")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("api", "cli", "study", "search", "train", "export")
          .whereLayer("search")
          .mayOnlyBeAccessedByLayers("api", "cli", "page", "bench", "study")
          .whereLayer("controller")
          .mayOnlyBeAccessedByLayers("cli", "page", "bench", "study", "search")
          .whereLayer("estimate")
          .mayOnlyBeAccessedByLayers("cli", "bench", "study", "search", "train")
          .whereLayer("supernet")
          .mayOnlyBeAccessedByLayers("cli", "bench", "study", "search")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers(
              "cli", "bench", "study", "search", "train", "model", "supernet", "estimate")
          .whereLayer("network")
          .mayOnlyBeAccessedByLayers(
              "cli",
              "bench",
              "study",
              "search",
              "train",
              "export",
              "model",
              "controller",
              "supernet",
              "training");

  /**
   * Inside search: the search itself, its algorithms, what scores architectures, the session that
   * they all work on, the configuration, searches over token sequences. Table searches need the
   * last two only.
   */
  @ArchTest
  static final ArchRule partsOfSearchPointDownwards =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("org.nao.search..")
          .layer("search")
          .definedBy("org.nao.search")
          .layer("algorithm")
          .definedBy("org.nao.search.algorithm")
          .layer("scoring")
          .definedBy("org.nao.search.scoring")
          .layer("session")
          .definedBy("org.nao.search.session")
          .layer("config")
          .definedBy("org.nao.search.config")
          .layer("table")
          .definedBy("org.nao.search.table")
          .layer("tokens")
          .definedBy("org.nao.search.tokens")
          .whereLayer("search")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("algorithm")
          .mayOnlyBeAccessedByLayers("search")
          .whereLayer("scoring")
          .mayOnlyBeAccessedByLayers("search", "algorithm")
          .whereLayer("session")
          .mayOnlyBeAccessedByLayers("search", "algorithm", "scoring")
          .whereLayer("table")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("search", "algorithm", "scoring", "session");

  /** Inside study: the two kinds of studies, the trainings that they share, statistics. */
  @ArchTest
  static final ArchRule partsOfStudiesPointDownwards =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("org.nao.study..")
          .layer("ranking")
          .definedBy("org.nao.study.ranking")
          .layer("winners")
          .definedBy("org.nao.study.winners")
          .layer("jobs")
          .definedBy("org.nao.study.jobs")
          .layer("statistics")
          .definedBy("org.nao.study.statistics")
          .whereLayer("ranking")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("winners")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("jobs")
          .mayOnlyBeAccessedByLayers("ranking", "winners")
          .whereLayer("statistics")
          .mayOnlyBeAccessedByLayers("ranking", "winners");

  @ArchTest
  static final ArchRule packagesOfSearchFormNoCycle =
      slices().matching("org.nao.search.(*)").should().beFreeOfCycles();

  /** Commands parse and print; tables, intervals, charts and files are made below them. */
  @ArchTest
  static final ArchRule commandsDoNotCompute =
      noClasses()
          .that()
          .resideInAPackage("org.nao.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.nao.report..", "org.nao.study.statistics..", "org.apache.commons.math3..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(AtomicFiles.class, StrictMath.class)
          .orShould()
          .callMethod(Math.class, "sqrt", double.class)
          .orShould()
          .callMethod(Math.class, "pow", double.class, double.class);

  @ArchTest
  static final ArchRule ranksKnowNothingOfTheirWork =
      noClasses()
          .that()
          .resideInAPackage("org.nao.ranks..")
          .should()
          .dependOnClassesThat(
              describe(
                  "are of another package of nao than those of files, errors and words",
                  type ->
                      type.getPackageName().startsWith("org.nao.")
                          && !type.getPackageName().equals("org.nao.ranks")
                          && !type.getPackageName().equals("org.nao.run")
                          && !type.getPackageName().equals("org.nao.error")
                          && !type.getPackageName().equals("org.nao.text")));

  @ArchTest
  static final ArchRule spaceKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage("org.nao.space..")
          .should()
          .dependOnClassesThat(
              describe(
                  "are of another package of nao than those of users' mistakes and of words",
                  type ->
                      type.getPackageName().startsWith("org.nao.")
                          && !type.getPackageName().startsWith("org.nao.space")
                          && !type.getPackageName().equals("org.nao.error")
                          && !type.getPackageName().equals("org.nao.text")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule familiesOfNetworksStandOnCommonBlocks =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("factory")
          .definedBy("org.nao.network.family")
          .layer("darts")
          .definedBy("org.nao.network.darts")
          .layer("edges")
          .definedBy("org.nao.network.edges")
          .layer("blocks")
          .definedBy("org.nao.network")
          .whereLayer("factory")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("darts")
          .mayOnlyBeAccessedByLayers("factory")
          .whereLayer("edges")
          .mayOnlyBeAccessedByLayers("factory");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("org.nao.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyTheEngineTouchesTheBinding =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.nao.engine..", "org.nao.binding..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.nao.binding..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyControllerAndClusterTouchLibtorch =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.nao.controller..", "org.nao.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.pytorch..")
          .allowEmptyShould(true);

  /** What decodes files of strangers stands behind one class that checks them first. */
  @ArchTest
  static final ArchRule onlyTheDecoderOfPicturesTouchesLeptonica =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.nao.data.PictureDecoder")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco.leptonica..");

  /** Clusters and the bundle have Java without a desktop. */
  @ArchTest
  static final ArchRule nothingNeedsADesktop =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.awt..", "javax.swing..", "javax.imageio..", "java.beans..");

  /** The command line sets one locale for everything at its start, and nothing changes it. */
  @ArchTest
  static final ArchRule onlyTheStartSetsTheLocale =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.nao.cli.Main")
          .should()
          .callMethod(Locale.class, "setDefault", Locale.class)
          .orShould()
          .callMethod(Locale.class, "setDefault", Locale.Category.class, Locale.class);

  @ArchTest
  static final ArchRule nothingReflects =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.nao.binding..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.reflect..")
          .allowEmptyShould(true);
}
