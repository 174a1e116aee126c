package io.kolumn.state.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The pages with what a real terraform has written over {@code backend "http"}, in a real browser. */
@PackagedTest
@Tag("browser")
@EnabledIf(value = "installed", disabledReason = "chromium or terraform is not on the PATH")
class RealStateBrowserIT {

    private static final String CONFIGURATION = """
            terraform {
              backend "http" {
                address        = "%1$s"
                lock_address   = "%1$s"
                unlock_address = "%1$s"
              }
            }
            variable "size" { default = 1 }
            resource "terraform_data" "network" { input = { cidr = "10.0.0.0/16", size = var.size } }
            resource "terraform_data" "host" {
              count = 3
              input = "${terraform_data.network.output.cidr}-${count.index}"
            }
            resource "terraform_data" "secret" { input = sensitive("hunter2-of-terraform") }
            output "hosts" { value = terraform_data.host[*].output }
            output "secret" {
              value     = terraform_data.secret.output
              sensitive = true
            }
            """;

    @TestHTTPResource
    URI server;

    static boolean installed() {
        return Browser.installed() && Terraform.installed();
    }

    @Test
    void whatTerraformWroteIsShownComparedAndDrawn(@TempDir Path folder) {
        String root = "http://localhost:" + server.getPort();
        Terraform terraform =
                new Terraform(folder).write("main.tf", CONFIGURATION.formatted(root + "/terraform/browser-real/prod"));
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        terraform.run("apply", "-auto-approve", "-var=size=2").succeeded();
        try (Browser browser = Browser.at(URI.create(root))) {
            Page page = browser.page();
            page.navigate("/ui/state/browser-real/prod");
            assertThat(page.locator("main")).containsText("terraform_data.host[2]");
            assertThat(page.locator("main")).containsText("10.0.0.0/16-2");
            page.locator("details.item", new Page.LocatorOptions().setHasText("terraform_data.secret"))
                    .locator("summary")
                    .click();
            assertThat(page.locator("details.item .attributes")).containsText("sensitive");
            assertThat(page.locator("body")).not().containsText("hunter2-of-terraform");
            Browser.keep(page, "real-state-light");
            Browser.assertAccessible(page);
            page.navigate("/ui/graph/browser-real/prod");
            assertThat(page.locator(".graph a")).hasCount(3);
            Browser.keep(page, "real-graph-light");
            page.navigate("/ui/history/browser-real/prod");
            page.locator("a.button", new Page.LocatorOptions().setHasText("Changes"))
                    .first()
                    .click();
            assertThat(page.locator(".change .address").first()).containsText("terraform_data.network");
            Browser.keep(page, "real-diff-light");
            Browser.assertAccessible(page);
            page.navigate("/ui/find?q=terraform_data.host&prefix=browser-real/");
            page.waitForCondition(() -> {
                if (page.locator("table.found tbody tr").count() == 3) {
                    return true;
                }
                page.reload();
                return false;
            });
            page.locator("table.found th a").first().click();
            assertThat(page).hasURL(Pattern.compile(".*/ui/instance/browser-real/prod.*"));
            browser.assertQuiet();
        }
    }
}
