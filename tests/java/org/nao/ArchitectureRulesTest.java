package org.nao;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports point one way: cli, study, search, what trains, what runs, the space. */
@AnalyzeClasses(packages = "org.nao", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureRulesTest {
  @ArchTest
  static final ArchRule importsPointDownwards =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("org.nao.cli..")
          .layer("bench")
          .definedBy("org.nao.bench..")
          .layer("study")
          .definedBy("org.nao.study..")
          .layer("search")
          .definedBy("org.nao.search..")
          .layer("controller")
          .definedBy("org.nao.controller..")
          .layer("supernet")
          .definedBy("org.nao.supernet..")
          .layer("training")
          .definedBy("org.nao.training..")
          .layer("network")
          .definedBy("org.nao.network..")
          .layer("engine")
          .definedBy("org.nao.engine..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("bench")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("study")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("search")
          .mayOnlyBeAccessedByLayers("cli", "bench", "study")
          .whereLayer("controller")
          .mayOnlyBeAccessedByLayers("cli", "bench", "study", "search")
          .whereLayer("supernet")
          .mayOnlyBeAccessedByLayers("cli", "bench", "study", "search")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers("cli", "bench", "study", "search", "supernet")
          .whereLayer("network")
          .mayOnlyBeAccessedByLayers(
              "cli", "bench", "study", "search", "controller", "supernet", "training");

  @ArchTest
  static final ArchRule spaceKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage("org.nao.space..")
          .should()
          .dependOnClassesThat(
              describe(
                  "are of another package of nao",
                  type ->
                      type.getPackageName().startsWith("org.nao.")
                          && !type.getPackageName().startsWith("org.nao.space")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule familiesOfNetworksStandOnCommonBlocks =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("factory")
          .definedBy("org.nao.network.family")
          .layer("darts")
          .definedBy("org.nao.network.darts")
          .layer("blocks")
          .definedBy("org.nao.network")
          .whereLayer("factory")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("darts")
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
