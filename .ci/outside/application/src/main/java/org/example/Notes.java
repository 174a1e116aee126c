package org.example;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** The application's own and only endpoint. */
@Path("/notes/{name}")
public class Notes {

    private final StateBackend states;

    Notes(StateBackend states) {
        this.states = states;
    }

    @PUT
    public long write(@PathParam("name") String name, byte[] note) {
        return states.put(StateName.of(name), StateDocument.parse(note), WriteOptions.by("ada"))
                .version()
                .number();
    }

    @GET
    public byte[] read(@PathParam("name") String name) {
        return states.get(StateName.of(name))
                .orElseThrow(NotFoundException::new)
                .document()
                .toBytes();
    }
}
