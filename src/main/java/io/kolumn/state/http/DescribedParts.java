package io.kolumn.state.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** What the description has once for many operations: proofs, documents, the LockInfo of Terraform, names, conditions. */
final class DescribedParts {

    static final String LOCK_INFO = "LockInfo";
    private static final String DOCUMENT = "Document";
    private static final Set<String> CONDITIONAL = Set.of("/v1/states/{name}", "/v1/restores/{name}");
    private static final Pattern NO_WORD = Pattern.compile("(/\\{[a-z]+}|[^A-Za-z0-9])+");

    private DescribedParts() {}

    static void addTo(OpenAPI api) {
        if (api.getComponents() == null) {
            api.setComponents(OASFactory.createComponents());
        }
        if (api.getInfo() != null && api.getInfo().getLicense() != null) {
            api.getInfo().getLicense().setIdentifier(api.getInfo().getLicense().getName());
        }
        Components components = api.getComponents();
        components.addSchema(DOCUMENT, document());
        components.addSchema(LOCK_INFO, lockInfo());
        components.addSecurityScheme(
                "basic", scheme("basic", "A user with a password, or with a token or JWT as the password"));
        components.addSecurityScheme("bearer", scheme("bearer", "A token of the configuration, or a JWT of an issuer"));
        // In the order in which they are tried; none is needed where the service asks for no proof.
        api.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme("bearer", List.of()));
        api.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme("basic", List.of()));
        api.addSecurityRequirement(OASFactory.createSecurityRequirement());
    }

    private static SecurityScheme scheme(String name, String description) {
        return OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme(name)
                .description(description);
    }

    private static Schema document() {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .additionalPropertiesSchema(OASFactory.createSchema().booleanSchema(true))
                .description(
                        "A state, byte for byte as its client wrote it. Parsing and writing it again may change numbers"
                                + " and the order of members.");
    }

    private static Schema lockInfo() {
        Schema info = OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .additionalPropertiesSchema(OASFactory.createSchema().booleanSchema(true))
                .addRequired("ID")
                .description("The lock as Terraform describes it; returned unchanged");
        for (String member : List.of("ID", "Operation", "Info", "Who", "Version", "Created", "Path")) {
            info.addProperty(member, OASFactory.createSchema().addType(SchemaType.STRING));
        }
        return info;
    }

    static void addTo(String path, HttpMethod method, Operation operation) {
        if (operation.getOperationId() == null) {
            operation.setOperationId(id(path, method));
        }
        List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
        parameters.stream()
                .filter(parameter -> parameter.getIn() == In.PATH && "name".equals(parameter.getName()))
                .forEach(parameter -> parameter
                        .description("The name of the state" + (path.startsWith("/v1/") ? "; a slash may be %2F" : ""))
                        .example("team-a/network/prod"));
        boolean purges = path.equals("/v1/versions/{name}") && method == HttpMethod.DELETE;
        if (CONDITIONAL.contains(path) || purges) {
            operation.addParameter(
                    condition("If-None-Match", "Only if the current version is none of these, or * for none"));
            if (method != HttpMethod.GET && method != HttpMethod.HEAD) {
                operation.addParameter(
                        condition("If-Match", "Only if the current version is one of these, or * for any"));
            }
        }
        boolean unlocks = path.startsWith("/terraform-unlock/");
        boolean locks = path.startsWith("/terraform-lock/");
        if (locks || unlocks) {
            operation.setRequestBody(OASFactory.createRequestBody()
                    .required(locks && method != HttpMethod.DELETE)
                    .content(DescribedAnswers.content("application/json", LOCK_INFO)));
        }
        if (path.equals("/terraform/{name}") && method == HttpMethod.DELETE) {
            operation.setRequestBody(null); // it is looked at to find those who meant to unlock
        }
        nameDocuments(operation, locks || unlocks ? LOCK_INFO : DOCUMENT);
    }

    static boolean takesDocument(Operation operation) {
        RequestBody body = operation.getRequestBody();
        return body != null
                && body.getContent() != null
                && body.getContent().getMediaTypes().values().stream()
                        .map(MediaType::getSchema)
                        .anyMatch(is ->
                                is != null && is.getRef() != null && is.getRef().endsWith("/" + DOCUMENT));
    }

    /** As {@code deleteTerraformLock}, for a route that was given no id. */
    private static String id(String path, HttpMethod method) {
        StringBuilder id = new StringBuilder(method.name().toLowerCase(Locale.ROOT));
        for (String word : NO_WORD.split(path, -1)) {
            if (!word.isEmpty()) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return id.toString();
    }

    private static Parameter condition(String header, String description) {
        return OASFactory.createParameter()
                .in(In.HEADER)
                .name(header)
                .description(description + "; each value is an ETag")
                .example("\"12\"")
                .schema(OASFactory.createSchema().addType(SchemaType.STRING));
    }

    /** A body that is only said to be an object, or a text that holds one, is a document as a client wrote it. */
    private static void nameDocuments(Operation operation, String schema) {
        RequestBody body = operation.getRequestBody();
        if (body != null) {
            nameDocuments(body.getContent(), schema);
        }
        operation
                .getResponses()
                .getAPIResponses()
                .values()
                .forEach(response -> nameDocuments(response.getContent(), schema));
    }

    private static void nameDocuments(Content content, String schema) {
        Map<String, MediaType> types = content == null ? Map.of() : content.getMediaTypes();
        for (Map.Entry<String, MediaType> entry : types.entrySet()) {
            MediaType type = entry.getValue();
            Schema is = type.getSchema();
            if (is != null
                    && !entry.getKey().equals("text/event-stream")
                    && is.getRef() == null
                    && is.getProperties() == null
                    && is.getAdditionalPropertiesSchema() == null) {
                type.setSchema(OASFactory.createSchema().ref(schema));
            }
        }
    }
}
