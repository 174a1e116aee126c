package io.kolumn.state.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.StateDocument;
import java.io.IOException;
import java.io.InputStream;

/**
 * The {@code terraform.tfstate} that Terraform writes into its data directory, which is {@code .terraform} unless {@code
 * TF_DATA_DIR} names another: looks like a state of format 3, says which backend is in use, and holds that one's credentials
 * ({@code internal/command/workdir} of Terraform's sources).
 */
final class DataDirectoryFile {

    /** Why it is passed over. */
    static final String WHY = "is in a data directory of Terraform and holds backend settings, not a state";

    private static final JsonFactory JSON = new JsonFactory();

    private DataDirectoryFile() {}

    static boolean is(StateDocument document) {
        if (document.format() != StateDocument.Format.TERRAFORM) {
            return false;
        }
        boolean third = false;
        boolean backend = false;
        try (InputStream in = document.open();
                JsonParser json = JSON.createParser(in)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                JsonToken value = json.nextToken();
                third |= member.equals("version")
                        && value.isNumeric()
                        && json.getText().equals("3");
                backend |= member.equals("backend") && value == JsonToken.START_OBJECT;
                json.skipChildren();
            }
        } catch (IOException e) {
            return false;
        }
        return third && backend;
    }
}
